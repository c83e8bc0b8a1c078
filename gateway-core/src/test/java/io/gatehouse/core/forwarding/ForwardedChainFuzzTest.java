package io.gatehouse.core.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a client writes, it cannot pass for somebody else behind a proxy that appends. */
class ForwardedChainFuzzTest {
    private static final InetAddress NEIGHBOUR = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress CLIENT = InetAddress.ofLiteral("203.0.113.9");
    private static final InetAddress CLIENT_6 = InetAddress.ofLiteral("2001:db8::1");

    @FuzzTest
    void theClientIsWhoTheProxySaysOrTheRequestIsRefused(byte[] text) {
        String byClient = new String(text, StandardCharsets.ISO_8859_1);

        ForwardedChain.ofForwarded(List.of(byClient + ", for=203.0.113.9;proto=https"))
                .ifPresent(chain -> assertThat(client(chain)).isEqualTo(CLIENT));
        ForwardedChain.ofForwarded(List.of(byClient + ", for=\"[2001:db8::1]:4711\";by=\"[fd00::1]\""))
                .ifPresent(chain -> assertThat(client(chain)).isEqualTo(CLIENT_6));
        assertThat(client(ForwardedChain.ofForwardedFor(List.of(byClient + ", 203.0.113.9"))))
                .isEqualTo(CLIENT);
    }

    private static InetAddress client(ForwardedChain chain) {
        return chain.client(NEIGHBOUR, NEIGHBOUR::equals);
    }
}
