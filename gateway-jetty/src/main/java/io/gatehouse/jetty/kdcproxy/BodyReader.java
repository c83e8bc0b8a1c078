package io.gatehouse.jetty.kdcproxy;

import io.gatehouse.core.limits.BodyMemory;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of one request as it arrives, without a thread that waits: its memory is that of the bytes that are
 * here, and it has a deadline from its first byte to its last.
 */
public final class BodyReader implements Invocable.Task {
    /** What became of a body; exactly one of these methods is called, once. */
    public interface Reader {
        /** It is here; {@code memory} is to be closed when it is not used any more. */
        void arrived(byte[] body, BodyMemory.Body memory);

        /** It took too long. */
        void late();

        /** Its source has too many bodies. */
        void tooMuchOfSource();

        /** There is no memory for it, or it made room for another one. */
        void noRoom();

        /** The connection broke. */
        void broken(Throwable failure);
    }

    private final Request request;
    private final Reader reader;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
    private final BodyMemory.Body memory;
    private Scheduler.@Nullable Task deadline;
    private boolean over;

    private BodyReader(Request request, BodyMemory memory, InetAddress client, Reader reader) {
        this.request = request;
        this.reader = reader;
        this.memory = memory.begin(client, () -> end(reader::noRoom));
    }

    /** Begins to read. */
    public static void read(
            Request request, BodyMemory memory, InetAddress client, Duration time, Scheduler scheduler, Reader reader) {
        BodyReader begun = new BodyReader(request, memory, client, reader);
        Scheduler.Task timer = scheduler.schedule(() -> begun.end(reader::late), time.toNanos(), TimeUnit.NANOSECONDS);
        if (begun.watch(timer)) {
            begun.run();
        }
    }

    private synchronized boolean watch(Scheduler.Task timer) {
        deadline = timer;
        return !over;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = next();
            if (chunk == null) {
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                if (chunk.isLast()) {
                    Throwable failure = chunk.getFailure();
                    end(() -> reader.broken(failure));
                    return;
                }
                continue;
            }
            boolean last = chunk.isLast();
            BodyMemory.Taken taken = memory.take(chunk.remaining());
            if (taken == BodyMemory.Taken.YES) {
                byte[] bytes = new byte[chunk.remaining()];
                chunk.getByteBuffer().get(bytes);
                body.writeBytes(bytes);
            }
            chunk.release();
            switch (taken) {
                case YES -> {
                    if (last) {
                        arrived();
                        return;
                    }
                }
                case SOURCE_HAS_ITS_SHARE -> end(reader::tooMuchOfSource);
                case NO -> end(reader::noRoom);
            }
        }
    }

    /**
     * The next chunk; null when it is over, or when there is none yet and this will run again. Nothing is read of an
     * answered request.
     */
    private synchronized Content.@Nullable Chunk next() {
        if (over) {
            return null;
        }
        Content.Chunk chunk = request.read();
        if (chunk == null) {
            request.demand(this);
        }
        return chunk;
    }

    private void arrived() {
        memory.complete();
        if (finish()) {
            reader.arrived(body.toByteArray(), memory);
        }
    }

    private void end(Runnable how) {
        if (finish()) {
            memory.close();
            how.run();
        }
    }

    /** Whether it was not over before. */
    private synchronized boolean finish() {
        if (over) {
            return false;
        }
        over = true;
        if (deadline != null) {
            deadline.cancel();
        }
        return true;
    }
}
