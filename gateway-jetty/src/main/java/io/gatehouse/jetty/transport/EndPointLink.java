package io.gatehouse.jetty.transport;

import io.gatehouse.core.tsgu.TsguCodec;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.tunnel.ClientLink;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** A connection that was taken over from HTTP to carry packets to the client. */
abstract class EndPointLink extends AbstractConnection.NonBlocking implements Connection.UpgradeTo, ClientLink {
    private final ByteBuffer dataHeader = ByteBuffer.allocate(TsguCodec.DATA_HEADER_SIZE);
    private ByteBuffer leftover = BufferUtil.EMPTY_BUFFER;

    EndPointLink(EndPoint endPoint) {
        super(endPoint, FairEndPoint.flow(endPoint));
    }

    /** Bytes that came behind the request's head, once. */
    final ByteBuffer takeLeftover() {
        ByteBuffer bytes = leftover;
        leftover = BufferUtil.EMPTY_BUFFER;
        return bytes;
    }

    /** The header of a DATA packet; valid until the next write. */
    final ByteBuffer dataHeader(int payloadLength) {
        dataHeader.clear();
        TsguCodec.putDataHeader(dataHeader, payloadLength);
        return dataHeader.flip();
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

    @Override
    public void writeRaw(ByteBuffer bytes, Callback callback) {
        getEndPoint().write(callback, bytes);
    }

    /** Closes the connection in order: TLS says so first, so that the client sees an end and no accident. */
    final void closeInOrder() {
        getEndPoint().shutdownOutput();
        getEndPoint().close();
    }

    @Override
    public void abort() {
        getEndPoint().close();
    }

    @Override
    public boolean isClosed() {
        return !getEndPoint().isOpen();
    }
}
