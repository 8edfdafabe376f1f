package dev.weightsmith.cli;

import dev.weightsmith.engine.Progress;
import dev.weightsmith.error.Printable;
import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// How far a job is, with rate and time left: one line redrawn in place on a terminal, a plain line
/// every few seconds elsewhere. A job that ends within two seconds says nothing.
public final class ProgressLine implements Progress {
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(2);
    private static final long REDRAW = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long PLAIN = TimeUnit.SECONDS.toNanos(5);
    private static final String ERASE = "\r\u001b[K";
    private static final int BAR = 20;

    private final PrintWriter err;
    private final Terminal terminal;
    private final LongSupplier clock;

    private final AtomicLong done = new AtomicLong();
    private final AtomicLong nextShow = new AtomicLong();
    private final ReentrantLock showing = new ReentrantLock();
    private volatile String what = "";
    private volatile long total;
    private volatile long started;
    private volatile boolean shown;

    public ProgressLine(PrintWriter err, Terminal terminal) {
        this(err, terminal, System::nanoTime);
    }

    ProgressLine(PrintWriter err, Terminal terminal, LongSupplier clock) {
        this.err = err;
        this.terminal = terminal;
        this.clock = clock;
    }

    @Override
    public void begin(String what, long totalBytes) {
        this.what = Printable.text(what);
        this.total = totalBytes;
        this.started = clock.getAsLong();
        this.shown = false;
        done.set(0);
        nextShow.set(started + SILENCE);
    }

    @Override
    public void advance(long bytes) {
        done.addAndGet(bytes);
        long now = clock.getAsLong();
        // Whoever comes first draws; the others go on working.
        if (now - nextShow.get() >= 0 && showing.tryLock()) {
            try {
                if (now - nextShow.get() >= 0) {
                    nextShow.set(now + (terminal.err() ? REDRAW : PLAIN));
                    show(now);
                }
            } finally {
                showing.unlock();
            }
        }
    }

    @Override
    public void end() {
        showing.lock();
        try {
            if (shown && terminal.err()) {
                err.print(ERASE);
                err.flush();
            }
            shown = false;
        } finally {
            showing.unlock();
        }
    }

    private void show(long now) {
        String text = text(Math.max(1, now - started));
        if (terminal.err()) {
            // The last column stays free: writing into it would wrap the line on some terminals.
            err.print(ERASE + TextWidth.cut(text, terminal.columns() - 1));
        } else {
            err.println(text);
        }
        err.flush();
        shown = true;
    }

    private String text(long elapsed) {
        long bytes = done.get();
        double rate = bytes * 1e9 / elapsed;
        var size = new ByteSize(bytes);
        if (total <= 0) {
            return what + ": " + size + ", " + rate(rate);
        }
        double share = Math.min(1, (double) bytes / total);
        int percent = (int) (share * 100);
        String figures = size + " of " + new ByteSize(total) + ", " + rate(rate) + timeLeft(rate);
        if (!terminal.err()) {
            return what + ": " + percent + "%, " + figures;
        }
        int filled = (int) (share * BAR);
        String bar = "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
        String head = what + " " + percent + "% ";
        boolean wide = TextWidth.of(head + bar + figures) < terminal.columns();
        return head + (wide ? bar : "") + figures;
    }

    private static String rate(double bytesPerSecond) {
        return new ByteSize(Math.round(bytesPerSecond)) + "/s";
    }

    private String timeLeft(double bytesPerSecond) {
        double seconds = (total - done.get()) / bytesPerSecond;
        return seconds > 0 && seconds < TimeUnit.DAYS.toSeconds(100)
                ? ", " + new TimeSpan(Math.round(Math.ceil(seconds)) * 1_000_000_000) + " left"
                : "";
    }
}
