package io.gatehouse.jetty.transport;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A request that HTTP neither answers nor reads to its end, because its connection is taken over first. Everything else
 * is done as ever. {@link HttpStream.Wrapper} cannot do this: its {@code consumeAvailable} is final.
 */
final class UnansweredStream implements HttpStream {
    private final HttpStream stream;

    UnansweredStream(HttpStream stream) {
        this.stream = stream;
    }

    @Override
    public void send(
            MetaData.Request request,
            MetaData.@Nullable Response response,
            boolean last,
            @Nullable ByteBuffer content,
            Callback callback) {
        callback.succeeded();
    }

    @Override
    public @Nullable Throwable consumeAvailable() {
        return null;
    }

    @Override
    public String getId() {
        return stream.getId();
    }

    @Override
    public Content.@Nullable Chunk read() {
        return stream.read();
    }

    @Override
    public void demand() {
        stream.demand();
    }

    @Override
    public void prepareResponse(HttpFields.Mutable headers) {
        stream.prepareResponse(headers);
    }

    @Override
    public @Nullable Runnable cancelSend(Throwable cause, Callback callback) {
        return stream.cancelSend(cause, callback);
    }

    @Override
    public long getIdleTimeout() {
        return stream.getIdleTimeout();
    }

    @Override
    public void setIdleTimeout(long milliseconds) {
        stream.setIdleTimeout(milliseconds);
    }

    @Override
    public boolean isCommitted() {
        return stream.isCommitted();
    }

    @Override
    public @Nullable TunnelSupport getTunnelSupport() {
        return stream.getTunnelSupport();
    }

    @Override
    public InvocationType getInvocationType() {
        return stream.getInvocationType();
    }

    @Override
    public void succeeded() {
        stream.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
        stream.failed(cause);
    }
}
