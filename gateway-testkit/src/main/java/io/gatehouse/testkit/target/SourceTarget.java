package io.gatehouse.testkit.target;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Floods each connection with the first bytes of {@link Pattern} as fast as they are taken, then ends it; reads
 * nothing.
 */
public final class SourceTarget extends LoopbackTarget {
    private static final int PIECE = 65536;

    private final long bytes;

    /**
     * Listens.
     *
     * @param bytes how many for each connection
     */
    public SourceTarget(long bytes) {
        super(0);
        this.bytes = bytes;
        start();
    }

    @Override
    void serve(Socket socket) throws IOException {
        OutputStream out = socket.getOutputStream();
        ByteBuffer piece = ByteBuffer.allocate(PIECE);
        for (long offset = 0; offset < bytes; offset += piece.limit()) {
            piece.clear().limit((int) Math.min(PIECE, bytes - offset));
            Pattern.fill(piece, offset);
            out.write(piece.array(), 0, piece.limit());
            countSent(piece.limit());
        }
    }
}
