package io.gatehouse.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/** TLS with nothing inside but the target's bytes. */
final class PlainLink implements Link {
    /** Bytes in one record of the JDK: TLS 1.3 allows 16384, of which it keeps 17 for padding and content type. */
    static final int RECORD = 16_367;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] input = new byte[65_536];

    PlainLink(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    @Override
    public int pieceSize() {
        return RECORD;
    }

    @Override
    public ByteBuffer frame(ByteBuffer payload) {
        return ByteBuffer.allocate(payload.remaining()).put(payload.duplicate()).flip();
    }

    @Override
    public void send(ByteBuffer frame) throws IOException {
        out.write(frame.array(), frame.arrayOffset(), frame.remaining());
        out.flush();
    }

    @Override
    public int receive() throws IOException {
        int count = in.read(input);
        if (count < 0) {
            throw new EOFException("the proxy closed the connection");
        }
        return count;
    }

    @Override
    public void abort() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
