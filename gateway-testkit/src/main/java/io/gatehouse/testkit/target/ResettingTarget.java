package io.gatehouse.testkit.target;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Takes some bytes, sends some and then ends the connection by RST. */
public final class ResettingTarget extends LoopbackTarget {
    private final int bytesToRead;
    private final int bytesToSend;

    /**
     * Listens.
     *
     * @param bytesToRead before anything is sent, 0 to reset without reading
     * @param bytesToSend of {@link Pattern}, at most 65536; the reset may overtake them
     */
    public ResettingTarget(int bytesToRead, int bytesToSend) {
        super(0);
        this.bytesToRead = bytesToRead;
        this.bytesToSend = bytesToSend;
        start();
    }

    @Override
    void serve(Socket socket) throws IOException {
        byte[] buffer = new byte[65536];
        int left = bytesToRead;
        while (left > 0) {
            int count = socket.getInputStream().read(buffer, 0, Math.min(left, buffer.length));
            if (count < 0) {
                return;
            }
            countReceived(count);
            left -= count;
        }
        ByteBuffer piece = ByteBuffer.wrap(buffer, 0, bytesToSend);
        Pattern.fill(piece, 0);
        socket.getOutputStream().write(buffer, 0, bytesToSend);
        countSent(bytesToSend);
        reset(socket);
    }
}
