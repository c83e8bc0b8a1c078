package io.gatehouse.jetty.transport;

import io.gatehouse.core.http.BodyDecoder;
import io.gatehouse.core.http.MalformedBodyException;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.socket.ReadBuffer;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The IN connection of a dual channel: the body of one request carries packets to the gateway. It is taken over from
 * HTTP where the body begins, since the records that come together are written to the target together, and HTTP's
 * parser hands them out one at a time. The request is answered once, when the tunnel ends. Safe for use by many
 * threads.
 */
public final class InChannel extends TakenConnection {
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] OK = response("200 OK");
    private static final byte[] BAD_REQUEST = response("400 Bad Request");

    private enum Answer {
        NONE,
        WANTED,
        BEING_WRITTEN,
        SENT
    }

    private final ByteBufferPool pool;
    private final BodyDecoder body;
    private final boolean awaitsContinue;
    private volatile boolean bodyIsBroken;
    private boolean isReady;
    private Answer answer = Answer.NONE;
    private boolean inputHasEnded;
    private @Nullable TunnelDriver tunnel;
    private List<ConnectionGuard> guards = List.of();
    private @Nullable Input input;
    /** Why the connection is gone. */
    private @Nullable String closed;

    /**
     * The connection of a request, which stays HTTP's until {@link #takeOver}.
     *
     * @param pool gives the memory that is read into
     */
    public InChannel(EndPoint endPoint, Request request, ByteBufferPool pool) {
        super(endPoint);
        this.pool = pool;
        this.body = request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                ? BodyDecoder.chunked()
                : BodyDecoder.ofLength(request.getLength());
        this.awaitsContinue = request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
                && request.getHeaders().contains(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString());
    }

    /** Ends HTTP's part: its answer to the request is not sent, its body not read. */
    public void takeOver(Request request, Response response, Callback callback) {
        request.addHttpStreamWrapper(UnansweredStream::new);
        request.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, this);
        response.write(true, BufferUtil.EMPTY_BUFFER, callback);
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (awaitsContinue) {
            getEndPoint()
                    .write(
                            Callback.from(this::ready, failure -> getEndPoint().close()),
                            ByteBuffer.wrap(CONTINUE.clone()));
        } else {
            ready();
        }
    }

    private void ready() {
        synchronized (this) {
            isReady = true;
        }
        read();
        answerNow();
    }

    /** Gives {@code tunnel} what the client sends, as soon as the connection is ours. */
    void begin(TunnelDriver tunnel, List<ConnectionGuard> guards) {
        String gone;
        synchronized (this) {
            this.tunnel = tunnel;
            this.guards = guards;
            gone = closed;
        }
        if (gone == null) {
            read();
        } else {
            tunnel.transportClosed(gone);
        }
    }

    private void read() {
        Input begun;
        synchronized (this) {
            TunnelDriver reader = tunnel;
            if (!isReady || reader == null || input != null) {
                return;
            }
            begun = new Input(reader, guards);
            input = begun;
        }
        begun.iterate();
    }

    /** Answers the request, as soon as that is possible, and ends the connection. Doing so again changes nothing. */
    void answer() {
        synchronized (this) {
            if (answer == Answer.NONE) {
                answer = Answer.WANTED;
            }
        }
        answerNow();
    }

    private void answerNow() {
        synchronized (this) {
            if (!isReady || answer != Answer.WANTED) {
                return;
            }
            answer = Answer.BEING_WRITTEN;
        }
        getEndPoint()
                .write(
                        Callback.from(this::answered, failure -> getEndPoint().close()),
                        ByteBuffer.wrap((bodyIsBroken ? BAD_REQUEST : OK).clone()));
    }

    /**
     * What the client still sends is read, or the kernel would reset the connection and take the answer back. The
     * tunnel sets an end to that; without one, nobody would.
     */
    private void answered() {
        getEndPoint().shutdownOutput();
        boolean hasTunnel;
        boolean nobodyReads;
        synchronized (this) {
            answer = Answer.SENT;
            hasTunnel = tunnel != null;
            nobodyReads = inputHasEnded;
        }
        if (!hasTunnel) {
            getEndPoint().close();
        } else if (nobodyReads) {
            drop();
        }
    }

    private void inputEnded() {
        boolean nobodyReads;
        synchronized (this) {
            inputHasEnded = true;
            nobodyReads = answer == Answer.SENT;
        }
        if (nobodyReads) {
            drop();
        }
    }

    private void drop() {
        ReadBuffer dropped = new ReadBuffer(pool, ReadBuffer.TLS_RECORD, BufferUtil.EMPTY_BUFFER);
        try {
            int filled;
            do {
                filled = dropped.fill(getEndPoint());
            } while (filled > 0);
            if (filled == 0) {
                fillInterested();
                return;
            }
        } catch (IOException e) {
            // the client is gone, which is all that was waited for
        }
        getEndPoint().close();
    }

    @Override
    public void onFillable() {
        Input begun;
        boolean over;
        synchronized (this) {
            begun = input;
            over = inputHasEnded;
        }
        if (over) {
            drop();
        } else if (begun != null) {
            begun.iterate();
        }
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        String why = cause == null ? "the IN channel closed" : "the IN channel failed: " + cause;
        TunnelDriver reader;
        synchronized (this) {
            closed = why;
            reader = tunnel;
        }
        if (reader != null) {
            reader.transportClosed(why);
        }
    }

    private static byte[] response(String status) {
        return ascii("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes the packets out of the body. */
    private final class Input extends PacketPump {
        private final ReadBuffer network = new ReadBuffer(pool, INPUT_SIZE, takeLeftover());
        private int uncharged;

        Input(TunnelDriver tunnel, List<ConnectionGuard> guards) {
            super(tunnel, FairEndPoint.flow(getEndPoint()), guards);
        }

        @Override
        protected Supply supply() throws IOException {
            try {
                while (true) {
                    int before = network.bytes().remaining();
                    ByteBuffer piece = body.next(network.bytes());
                    uncharged += before - network.bytes().remaining();
                    if (piece != null) {
                        int charge = uncharged;
                        uncharged = 0;
                        return new Supply.Bytes(piece, charge);
                    }
                    if (body.isOver()) {
                        return new Supply.End("the client ended the IN channel");
                    }
                    if (hasGathered()) {
                        return EXHAUSTED;
                    }
                    int filled = network.fillWithRecords(getEndPoint());
                    if (filled == 0) {
                        fillInterested();
                        return WAIT;
                    }
                    if (filled < 0) {
                        return new Supply.End("the client closed the IN channel");
                    }
                }
            } catch (MalformedBodyException e) {
                bodyIsBroken = true;
                return new Supply.Broken(String.valueOf(e.getMessage()));
            }
        }

        @Override
        protected void release() {
            network.release();
            inputEnded();
        }
    }
}
