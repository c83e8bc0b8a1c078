package io.gatehouse.jetty.target;

import io.gatehouse.jetty.metrics.DialTimes;
import io.gatehouse.jetty.metrics.RelayedBytes;
import io.gatehouse.jetty.scheduling.FairEndPoint;
import io.gatehouse.jetty.scheduling.FlowScheduler;
import io.gatehouse.jetty.socket.KeepAlive;
import io.gatehouse.jetty.socket.Selectors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.NetworkChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.ClientConnectionFactory;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.ContainerLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/** Connects to targets on Jetty's selectors. */
public final class TargetDialler extends ContainerLifeCycle {
    private final ClientConnector connector = new ClientConnector() {
        @Override
        protected void configure(SelectableChannel channel) throws IOException {
            super.configure(channel);
            if (channel instanceof NetworkChannel socket) {
                KeepAlive.watch(socket::setOption);
            }
        }

        @Override
        protected EndPoint newEndPoint(SelectableChannel channel, ManagedSelector selector, SelectionKey key) {
            return FairEndPoint.dialled((SocketChannel) channel, selector, key, getScheduler(), flows);
        }
    };
    private final FlowScheduler flows;
    private final ByteBufferPool pool;
    private final int readSize;
    private final RelayedBytes relayed;
    private final DialTimes times;

    public TargetDialler(
            Executor executor,
            Scheduler scheduler,
            FlowScheduler flows,
            ByteBufferPool pool,
            Duration connectTimeout,
            int readSize,
            RelayedBytes relayed,
            DialTimes times) {
        this.times = times;
        this.relayed = relayed;
        this.flows = flows;
        this.pool = pool;
        this.readSize = readSize;
        connector.setExecutor(executor);
        connector.setScheduler(scheduler);
        connector.setByteBufferPool(pool);
        connector.setConnectTimeout(connectTimeout);
        connector.setIdleTimeout(Duration.ZERO);
        connector.setTCPNoDelay(true);
        connector.setSelectors(Selectors.count());
        installBean(connector);
    }

    /** Connects to {@code address}; fails with the reason when it does not answer. */
    CompletableFuture<TargetConnection> dial(InetSocketAddress address) {
        CompletableFuture<TargetConnection> result = new CompletableFuture<>();
        times.observe(result);
        Map<String, Object> context = new ConcurrentHashMap<>();
        context.put(Transport.class.getName(), Transport.TCP_IP);
        ClientConnectionFactory factory = (EndPoint endPoint, Map<String, Object> attributes) -> {
            TargetConnection connection =
                    new TargetConnection(endPoint, FairEndPoint.flow(endPoint), pool, readSize, relayed);
            endPoint.setIdleTimeout(0);
            connection.addEventListener(new Connection.Listener() {
                @Override
                public void onOpened(Connection opened) {
                    if (!result.complete(connection)) {
                        connection.close();
                    }
                }
            });
            return connection;
        };
        context.put(ClientConnectionFactory.CONTEXT_KEY, factory);
        context.put(ClientConnector.CONNECTION_PROMISE_CONTEXT_KEY, new Promise<Connection>() {
            @Override
            public void failed(Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        connector.connect((SocketAddress) address, context);
        return result;
    }
}
