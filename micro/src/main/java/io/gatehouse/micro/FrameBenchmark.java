package io.gatehouse.micro;

import io.gatehouse.core.websocket.ClientFrame;
import io.gatehouse.core.websocket.FrameDecoder;
import io.gatehouse.core.websocket.WebSocketException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A client's WebSocket frame, read and unmasked. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FrameBenchmark {
    /** Bytes of payload: a key pressed, and a frame that fills a TLS record. */
    @Param({"74", "16359"})
    public int payload;

    private final FrameDecoder decoder = new FrameDecoder(1 << 20);
    private ByteBuffer frame = ByteBuffer.allocate(0);

    /** Makes the frame. */
    @Setup
    public void make() {
        byte[] bytes = new byte[payload];
        new Random(1).nextBytes(bytes);
        frame = ByteBuffer.allocate(payload + 8).put((byte) 0x82);
        if (payload < 126) {
            frame.put((byte) (0x80 | payload));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload);
        }
        frame.putInt(0x12345678).put(bytes).flip();
    }

    /** The same frame again and again; its payload is another one each time, which does not matter. */
    @Benchmark
    public @Nullable ClientFrame decode() throws WebSocketException {
        return decoder.next(frame.rewind());
    }
}
