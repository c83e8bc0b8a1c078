package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class ClientHelloTest {
    /** The first record of a real client. */
    private static byte[] greeting(String... protocols) throws Exception {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("gw.example.com", 443);
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        parameters.setServerNames(List.of(new SNIHostName("gw.example.com")));
        engine.setSSLParameters(parameters);
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), record);
        return Arrays.copyOf(record.array(), record.position());
    }

    @Test
    void theProtocolsOfAGreetingAreFound() throws Exception {
        assertThat(ClientHello.protocols(ByteBuffer.wrap(greeting("acme-tls/1"))))
                .containsExactly("acme-tls/1");
        assertThat(ClientHello.protocols(ByteBuffer.wrap(greeting("h2", "http/1.1"))))
                .containsExactly("h2", "http/1.1");
        assertThat(ClientHello.protocols(ByteBuffer.wrap(greeting()))).isEmpty();
    }

    @Test
    void theInputStaysAsItIsAndMayHaveMoreInIt() throws Exception {
        byte[] greeting = greeting("acme-tls/1");
        ByteBuffer input = ByteBuffer.allocate(greeting.length + 20);
        input.position(7);
        input.put(greeting);
        input.flip().position(7);
        assertThat(ClientHello.protocols(input)).containsExactly("acme-tls/1");
        assertThat(input.position()).isEqualTo(7);
        assertThat(input.remaining()).isEqualTo(greeting.length);
    }

    /** Whatever bytes come, nothing is thrown. */
    @Test
    void halfAGreetingHasNoProtocolsAndABrokenOneDoesNoHarm() throws Exception {
        byte[] greeting = greeting("acme-tls/1");
        for (int length = 0; length < greeting.length; length++) {
            assertThat(ClientHello.protocols(ByteBuffer.wrap(greeting, 0, length)))
                    .isEmpty();
        }
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        for (int i = 0; i < 20_000; i++) {
            byte[] broken = greeting.clone();
            broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            assertThat(ClientHello.protocols(ByteBuffer.wrap(broken))).hasSizeLessThan(20_000);
        }
    }
}
