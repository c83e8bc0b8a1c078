package io.gatehouse.jetty.scheduling;

import io.gatehouse.core.net.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket whose work is done in turns. This is below TLS, HTTP and tunnels, so none of them can be made to hold a
 * thread: when a turn is over the socket gives no more bytes, every loop above ends for want of them, and the selector
 * finds the socket ready again.
 */
public final class FairEndPoint extends SocketChannelEndPoint {
    private static final Logger LOG = LoggerFactory.getLogger(FairEndPoint.class);

    /** Of a connection that is not made yet, or gone already. */
    private static final Source NOBODY = new Source(InetAddress.ofLiteral("0.0.0.0"));

    private final FlowScheduler flows;
    private final ManagedSelector selector;
    private final Flow flow;
    private volatile @Nullable InetSocketAddress client;

    private FairEndPoint(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            FlowScheduler flows,
            Flow.Kind kind) {
        super(channel, selector, key, scheduler);
        this.flows = flows;
        this.selector = selector;
        this.flow = new Flow(flows, kind, source(channel));
    }

    private static Source source(SocketChannel channel) {
        return channel.socket().getInetAddress() == null
                ? NOBODY
                : new Source(channel.socket().getInetAddress());
    }

    /** A connection that somebody made to the gateway. */
    public static FairEndPoint accepted(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            FlowScheduler flows) {
        return new FairEndPoint(channel, selector, key, scheduler, flows, Flow.Kind.NEW);
    }

    /** A connection that the gateway makes for a tunnel. */
    public static FairEndPoint dialled(
            SocketChannel channel,
            ManagedSelector selector,
            SelectionKey key,
            Scheduler scheduler,
            FlowScheduler flows) {
        return new FairEndPoint(channel, selector, key, scheduler, flows, Flow.Kind.LIVE);
    }

    /** The flow of the socket that is at the bottom of {@code endPoint}. */
    public static Flow flow(EndPoint endPoint) {
        return find(endPoint)
                .orElseThrow(() -> new IllegalArgumentException(endPoint + " (expected one of a listener or dialler)"));
    }

    /** The same, where there may be none. */
    public static Optional<Flow> find(EndPoint endPoint) {
        EndPoint bottom = endPoint;
        while (bottom instanceof EndPoint.Wrapper wrapper) {
            bottom = wrapper.unwrap();
        }
        return bottom instanceof FairEndPoint fair ? Optional.of(fair.flow) : Optional.empty();
    }

    /**
     * Makes the connection that of {@code client}, whom a proxy speaks for: from now on it is the remote address of
     * {@code endPoint} and of all that is built on it.
     */
    public static void belongsTo(EndPoint endPoint, InetSocketAddress client) {
        if (endPoint instanceof FairEndPoint fair) {
            fair.client = client;
            fair.flow.belongsTo(new Source(client.getAddress()));
        }
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        InetSocketAddress known = client;
        return known != null ? known : super.getRemoteSocketAddress();
    }

    @Override
    public @Nullable Runnable onSelected() {
        Runnable task = super.onSelected();
        if (task == null) {
            return null;
        }
        if (mayRunOnSelector()) {
            return Invocable.from(Invocable.InvocationType.NON_BLOCKING, () -> flow.run(() -> guarded(task)));
        }
        flow.execute(() -> guarded(task));
        return null;
    }

    /** An interactive flow does; and any other one when nobody else wants a thread. */
    private boolean mayRunOnSelector() {
        return flow.kind() == Flow.Kind.LIVE
                && (flow.isInteractive()
                        || (flows.isIdle()
                                && selector.getSelector().selectedKeys().size() == 1));
    }

    /** Whatever goes wrong with one socket ends that one. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable failure) {
            LOG.atError()
                    .addKeyValue("peer", getRemoteSocketAddress())
                    .setCause(failure)
                    .log("a connection failed");
            close(failure);
        }
    }

    @Override
    public int fill(ByteBuffer buffer) throws IOException {
        return flow.mayRead() ? super.fill(buffer) : 0;
    }

    @Override
    public boolean flush(ByteBuffer... buffers) throws IOException {
        long before = remaining(buffers);
        boolean all = super.flush(buffers);
        flow.wrote(before - remaining(buffers));
        return all;
    }

    private static long remaining(ByteBuffer... buffers) {
        long count = 0;
        for (ByteBuffer buffer : buffers) {
            count += buffer.remaining();
        }
        return count;
    }
}
