package io.gatehouse.jetty.transport;

import io.gatehouse.jetty.scheduling.FairEndPoint;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;

/** A connection that was taken over from HTTP. */
abstract class TakenConnection extends AbstractConnection.NonBlocking implements Connection.UpgradeTo {
    private ByteBuffer leftover = BufferUtil.EMPTY_BUFFER;

    TakenConnection(EndPoint endPoint) {
        super(endPoint, FairEndPoint.flow(endPoint));
    }

    /** Bytes that came behind the request's head, once. */
    final ByteBuffer takeLeftover() {
        ByteBuffer bytes = leftover;
        leftover = BufferUtil.EMPTY_BUFFER;
        return bytes;
    }

    @Override
    public void onUpgradeTo(ByteBuffer bytes) {
        leftover = BufferUtil.copy(bytes);
    }

    @Override
    public void onOpen() {
        getEndPoint().setIdleTimeout(0);
        super.onOpen();
    }

    /** Closes the connection in order: TLS says so first, so that the client sees an end and no accident. */
    final void closeInOrder() {
        getEndPoint().shutdownOutput();
        getEndPoint().close();
    }
}
