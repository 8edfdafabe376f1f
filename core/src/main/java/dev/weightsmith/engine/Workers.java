package dev.weightsmith.engine;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Threads that work. What fails in one of them comes out where its result is asked for, as what it
/// is.
public final class Workers implements AutoCloseable {
    private final ExecutorService threads;

    /// @param name of the threads, for those who look at the process
    public Workers(int count, String name) {
        threads =
                Executors.newFixedThreadPool(
                        count, Thread.ofPlatform().name(name + "-", 0).factory());
    }

    /// Takes a result.
    @FunctionalInterface
    public interface Taker<T> {
        void take(T result) throws IOException;
    }

    /// Begins a task.
    public <T> Future<T> begin(Callable<T> task) {
        return threads.submit(task);
    }

    /// Carries out tasks and hands over their results, in order and in this thread. The first
    /// failure ends all.
    ///
    /// @param ahead tasks, at least 1, that are begun before the result of the first of them is
    ///   taken
    public <T> void inOrder(Iterator<Callable<T>> tasks, int ahead, Taker<? super T> taker)
            throws IOException {
        var pending = new ArrayDeque<Future<T>>();
        try {
            while (tasks.hasNext() || !pending.isEmpty()) {
                while (tasks.hasNext() && pending.size() < ahead) {
                    pending.add(begin(tasks.next()));
                }
                taker.take(result(pending.remove()));
            }
        } finally {
            // Not interrupted: that would close the files that others read.
            pending.forEach(future -> future.cancel(false));
        }
    }

    /// The results of all tasks, in their order.
    public static <T> List<T> all(List<Callable<T>> tasks, int threads, String name)
            throws IOException {
        var results = new ArrayList<T>();
        try (var workers = new Workers(threads, name)) {
            workers.inOrder(tasks.iterator(), Math.max(1, tasks.size()), results::add);
        }
        return results;
    }

    /// Waits for a result.
    public static <T> T result(Future<T> future) throws IOException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case IOException cause -> cause;
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            };
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /// Waits until nothing runs any more.
    @Override
    public void close() {
        threads.close();
    }
}
