package io.gatehouse.jetty.transport;

import io.gatehouse.api.Identity;
import io.gatehouse.api.Peer;
import io.gatehouse.core.text.AccountNames;
import io.gatehouse.core.tsgu.ExtendedAuthScheme;
import io.gatehouse.core.tunnel.SignIn;
import io.gatehouse.jetty.edge.ConnectionGuard;
import io.gatehouse.jetty.tunnel.TunnelDriver;
import io.gatehouse.jetty.tunnel.TunnelFactory;
import io.gatehouse.jetty.tunnel.TunnelStart;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The dual-channel transport (MS-TSGU 2.1.2.1.1): the OUT connection carries packets to the client, the
 * {@link InChannel} carries them to the gateway. {@link Pairings} brings the two together.
 *
 * <p>This is the OUT connection, taken over from HTTP after the seed, so that it notices when the client leaves.
 */
public final class DualChannel extends EndPointLink implements OutChannel {
    /** What Windows Server sends before the first packet: exactly ten bytes, or clients hang. */
    private static final byte[] SEED = {
        (byte) 0xAB,
        (byte) 0xCD,
        (byte) 0xAB,
        (byte) 0xCD,
        (byte) 0xAB,
        (byte) 0xCD,
        (byte) 0xAB,
        (byte) 0xCD,
        (byte) 0xAB,
        (byte) 0xCD
    };

    private final ConnectionGuard guard;
    private final Runnable onClosed;
    private final Consumer<String> onNoTunnel;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final TwoConnections<InChannel, TunnelDriver> connections =
            new TwoConnections<>(TunnelDriver::transportClosed);
    private volatile @Nullable InChannel inChannel;

    /**
     * An OUT connection that is about to be taken over.
     *
     * @param guard watches the connection
     * @param onClosed runs when it is gone
     * @param onNoTunnel is told once why it ended, when there is no tunnel to tell
     */
    public DualChannel(EndPoint endPoint, ConnectionGuard guard, Runnable onClosed, Consumer<String> onNoTunnel) {
        super(endPoint);
        this.guard = guard;
        this.onClosed = onClosed;
        this.onNoTunnel = onNoTunnel;
    }

    /** What is to be sent before the first packet. */
    public static ByteBuffer seed() {
        return ByteBuffer.wrap(SEED.clone());
    }

    @Override
    public ConnectionGuard guard() {
        return guard;
    }

    @Override
    public boolean attach(InChannel in, TunnelFactory tunnels, TunnelStart start) {
        inChannel = in;
        return connections.attach(in, () -> tunnels.open(start, this), tunnel -> in.begin(tunnel, start.guards()));
    }

    @Override
    public void onOpen() {
        super.onOpen();
        if (takeLeftover().hasRemaining()) {
            offended("the client sent bytes behind its request for the OUT channel");
            return;
        }
        connections.outIsReady();
        fillInterested();
    }

    /** The answer to OUT could not be sent, so that the connection will never be ours. */
    public void lost(Throwable cause) {
        over("the OUT channel failed: " + cause);
    }

    /** Nothing may come on OUT; what comes is the client's end, or an offence. */
    @Override
    public void onFillable() {
        try {
            ByteBuffer bytes = BufferUtil.allocate(64);
            int filled = getEndPoint().fill(bytes);
            if (filled == 0) {
                fillInterested();
                return;
            }
            if (filled > 0) {
                offended("the client sent bytes on the OUT channel");
                return;
            }
            over("the client closed the OUT channel");
        } catch (java.io.IOException e) {
            over("the OUT channel failed: " + e);
        }
        getEndPoint().close();
    }

    @Override
    public void onClose(@Nullable Throwable cause) {
        super.onClose(cause);
        over(cause == null ? "the OUT channel closed" : "the OUT channel failed: " + cause);
    }

    private void offended(String why) {
        over(why);
        getEndPoint().close();
    }

    private void over(String why) {
        onClosed.run();
        if (ended.compareAndSet(false, true) && !connections.hasBegun()) {
            onNoTunnel.accept(why);
        }
        connections.end(why);
        answerIn();
    }

    @Override
    public void abort(String why) {
        over(why);
        abort();
    }

    @Override
    public void writePacket(ByteBuffer packet, Callback callback) {
        getEndPoint().write(callback, packet);
    }

    @Override
    public void writeData(ByteBuffer payload, Callback callback) {
        getEndPoint().write(callback, dataHeader(payload.remaining()), payload);
    }

    @Override
    public void finish() {
        closeInOrder();
        answerIn();
    }

    /** A client that does not read the answer on IN keeps it from being sent. */
    @Override
    public void abort() {
        super.abort();
        answerIn();
        InChannel in = inChannel;
        if (in != null) {
            in.getEndPoint().close();
        }
    }

    @Override
    public boolean isClosed() {
        InChannel in = inChannel;
        return super.isClosed() && (in == null || !in.getEndPoint().isOpen());
    }

    /** Answers the request of the IN channel, which ends its connection. */
    private void answerIn() {
        InChannel in = connections.takeIn();
        if (in != null) {
            in.answer();
        }
    }

    /** Who a half of a tunnel belongs to. */
    public record Owner(SignIn signIn, Peer peer) {
        /**
         * Whether the other half is the same user's, where HTTP carries one, and comes from the same client address.
         * Each half may have signed in by a method of its own.
         */
        boolean sameAs(Owner other) {
            return user().equals(other.user()) && peer.address().equals(other.peer.address());
        }

        private String user() {
            return switch (signIn) {
                case SignIn.ByHttp(Identity who) -> AccountNames.key(who);
                case SignIn.InTunnel(ExtendedAuthScheme scheme) -> "|" + scheme;
            };
        }

        /**
         * Whether HTTP proved who it is; who proves it inside the tunnel only is told apart by nothing but the
         * connection id.
         */
        boolean isProven() {
            return signIn instanceof SignIn.ByHttp;
        }
    }
}
