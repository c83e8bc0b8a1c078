package io.gatehouse.testkit.target;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Sends back every byte; ends a connection when the other side ends it. */
public final class EchoTarget extends LoopbackTarget {
    /** Listens. */
    public EchoTarget() {
        super(0);
        start();
    }

    @Override
    void serve(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        byte[] buffer = new byte[65536];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            countReceived(count);
            out.write(buffer, 0, count);
            countSent(count);
        }
    }
}
