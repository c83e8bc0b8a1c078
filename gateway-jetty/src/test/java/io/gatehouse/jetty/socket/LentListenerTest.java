package io.gatehouse.jetty.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LentListenerTest {
    private static ServerSocketChannel open() throws Exception {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Test
    void connectionsComeOneAfterTheOther() throws Exception {
        try (ServerSocketChannel lent = open();
                LentListener listener = new LentListener(lent);
                SocketChannel first = SocketChannel.open(lent.getLocalAddress());
                SocketChannel second = SocketChannel.open(lent.getLocalAddress())) {
            assertThat(listener.getLocalAddress()).isEqualTo(lent.getLocalAddress());
            for (SocketChannel client : List.of(first, second)) {
                try (SocketChannel accepted = listener.accept()) {
                    assertThat(accepted.isBlocking()).isTrue();
                    assertThat(accepted.getRemoteAddress()).isEqualTo(client.getLocalAddress());
                }
            }
        }
    }

    /** What an acceptor that ends does: it is interrupted, and the listener is closed. */
    @Test
    void whoeverWaitsIsLetGoAndTheSocketStaysForTheNext() throws Exception {
        try (ServerSocketChannel lent = open()) {
            try (LentListener listener = new LentListener(lent)) {
                CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
                Thread acceptor = Thread.ofPlatform().start(() -> {
                    try {
                        accepted.complete(listener.accept());
                    } catch (Exception e) {
                        accepted.completeExceptionally(e);
                    }
                });
                acceptor.interrupt();
                assertThatThrownBy(accepted::get)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(ClosedChannelException.class);
            }
            assertThat(lent.isOpen()).isTrue();
            try (SocketChannel waiting = SocketChannel.open(lent.getLocalAddress());
                    LentListener next = new LentListener(lent);
                    SocketChannel late = next.accept()) {
                assertThat(late.getRemoteAddress()).isEqualTo(waiting.getLocalAddress());
            }
        }
    }

    @Test
    void closingLetsGoWhoeverWaits() throws Exception {
        try (ServerSocketChannel lent = open()) {
            CompletableFuture<SocketChannel> accepted = new CompletableFuture<>();
            try (LentListener listener = new LentListener(lent)) {
                Thread.ofPlatform().start(() -> {
                    try {
                        accepted.complete(listener.accept());
                    } catch (Exception e) {
                        accepted.completeExceptionally(e);
                    }
                });
            }
            assertThatThrownBy(accepted::get).hasCauseInstanceOf(ClosedChannelException.class);
            assertThat(lent.isOpen()).isTrue();
        }
    }
}
