package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.jetty.startup.GatewayStartException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivationSocketTest {
    private static InetSocketAddress address(String host, int port) {
        return new InetSocketAddress(host, port);
    }

    private static int borrower(InetSocketAddress socket, InetSocketAddress... listeners) throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            return new ActivationSocket(channel, socket).belongsTo(List.of(listeners));
        }
    }

    @Test
    void theSocketIsForTheListenerWithItsAddress() throws Exception {
        assertThat(borrower(address("127.0.0.1", 443), address("127.0.0.1", 8443), address("127.0.0.1", 443)))
                .isEqualTo(1);
        assertThat(borrower(address("::", 443), address("0.0.0.0", 443))).isZero();
    }

    /** Or clients came in where the configuration does not let them. */
    @Test
    void aSocketWithAnotherAddressIsRefused() {
        assertThatThrownBy(() -> borrower(address("0.0.0.0", 443), address("127.0.0.1", 443)))
                .isInstanceOf(GatewayStartException.class)
                .hasMessageContaining("the socket of systemd listens on ")
                .hasMessageContaining("no [[listener]] has this address")
                .satisfies(refused -> assertThat(((GatewayStartException) refused).isOfConfiguration())
                        .as("another start does not mend it")
                        .isTrue());
        assertThatThrownBy(() -> borrower(address("0.0.0.0", 443), address("0.0.0.0", 8443)))
                .isInstanceOf(GatewayStartException.class);
    }

    @Test
    void withoutSystemdThereIsNone() throws Exception {
        assertThat(ActivationSocket.ofThisProcess()).isEmpty();
    }
}
