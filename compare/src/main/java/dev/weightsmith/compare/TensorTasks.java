package dev.weightsmith.compare;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Does something with each of many tensors, several at once.
final class TensorTasks {
    private TensorTasks() {}

    /// The results in the order of `tasks`; the first failure ends all.
    static <T> List<T> run(List<Callable<T>> tasks, int threads) throws IOException {
        ExecutorService workers =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("tensors-", 0).factory());
        var pending = new ArrayDeque<Future<T>>();
        try (workers) {
            try {
                tasks.forEach(task -> pending.add(workers.submit(task)));
                var results = new ArrayList<T>();
                while (!pending.isEmpty()) {
                    results.add(pending.remove().get());
                }
                return results;
            } finally {
                // Not interrupted: that would close the files that others read.
                pending.forEach(future -> future.cancel(false));
            }
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
}
