package io.gatehouse.client;

import io.gatehouse.core.tsgu.Capability;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What a {@link GatewayClient} connects to and how it behaves. One value may serve many clients.
 *
 * @param host the gateway's name: for TLS, the Host header and NTLM's target name
 * @param address where to connect when it is not {@code host} and {@code port}
 * @param localAddress from which address of this machine to connect; any when empty
 * @param path the request target without query
 * @param connectionId a GUID in braces; a random one for each client when empty
 * @param correlationId a GUID in braces; not sent when empty
 * @param webSocketKey a random one for each client when empty
 * @param headers sent last in every request, for example {@code X-Forwarded-For}
 * @param capabilities the {@link Capability} bits of TUNNEL_CREATE
 * @param connectTimeout for TCP
 * @param readTimeout for each wait for bytes from the gateway; zero waits for ever
 * @param random for ids, WebSocket masks and NTLM
 */
public record ClientOptions(
        String host,
        int port,
        Optional<InetSocketAddress> address,
        Optional<InetAddress> localAddress,
        Trust trust,
        Transport transport,
        UpgradeMethod upgradeMethod,
        IdPlacement idPlacement,
        Credentials credentials,
        BindingChoice binding,
        String path,
        Optional<String> connectionId,
        Optional<String> correlationId,
        Optional<String> webSocketKey,
        List<ResponseHead.Header> headers,
        int capabilities,
        Duration connectTimeout,
        Duration readTimeout,
        RandomGenerator random) {

    /** What the client offers unless it is told otherwise: idle timeout, consent and service messages. */
    public static final int DEFAULT_CAPABILITIES = 0x0E;

    public ClientOptions {
        headers = List.copyOf(headers);
    }

    /** Options for a gateway: WebSocket by RDG_OUT_DATA, TLS with the runtime's authorities, no credentials. */
    public static Builder builder(String host, int port) {
        return new Builder(host, port);
    }

    /** Collects options. Not thread safe. */
    public static final class Builder {
        private final String host;
        private final int port;
        private Optional<InetSocketAddress> address = Optional.empty();
        private Optional<InetAddress> localAddress = Optional.empty();
        private Trust trust = new Trust.Authorities();
        private Transport transport = Transport.WEBSOCKET;
        private UpgradeMethod upgradeMethod = UpgradeMethod.RDG_OUT_DATA;
        private IdPlacement idPlacement = IdPlacement.HEADERS;
        private Credentials credentials = new Credentials.None();
        private BindingChoice binding = new BindingChoice.OfConnection();
        private String path = "/remoteDesktopGateway/";
        private Optional<String> connectionId = Optional.empty();
        private Optional<String> correlationId = Optional.empty();
        private Optional<String> webSocketKey = Optional.empty();
        private List<ResponseHead.Header> headers = List.of();
        private int capabilities = DEFAULT_CAPABILITIES;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration readTimeout = Duration.ofSeconds(30);
        private RandomGenerator random = new SecureRandom();

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        /** Where to connect instead of the host's own address. */
        public Builder address(InetSocketAddress value) {
            address = Optional.of(value);
            return this;
        }

        /** From which address of this machine to connect. */
        public Builder localAddress(InetAddress value) {
            localAddress = Optional.of(value);
            return this;
        }

        /** TLS or not, and whom to trust. */
        public Builder trust(Trust value) {
            trust = value;
            return this;
        }

        /** WebSocket or dual channel. */
        public Builder transport(Transport value) {
            transport = value;
            return this;
        }

        /** The method of the WebSocket upgrade. */
        public Builder upgradeMethod(UpgradeMethod value) {
            upgradeMethod = value;
            return this;
        }

        /** Where the ids stand. */
        public Builder idPlacement(IdPlacement value) {
            idPlacement = value;
            return this;
        }

        /** What to sign in with. */
        public Builder credentials(Credentials value) {
            credentials = value;
            return this;
        }

        /** What NTLM binds itself to. */
        public Builder binding(BindingChoice value) {
            binding = value;
            return this;
        }

        /** The request target without query. */
        public Builder path(String value) {
            path = value;
            return this;
        }

        /** The connection id, a GUID in braces. */
        public Builder connectionId(String value) {
            connectionId = Optional.of(value);
            return this;
        }

        /** The correlation id, a GUID in braces. */
        public Builder correlationId(String value) {
            correlationId = Optional.of(value);
            return this;
        }

        /** The text of Sec-WebSocket-Key, valid or not. */
        public Builder webSocketKey(String value) {
            webSocketKey = Optional.of(value);
            return this;
        }

        /** One more header for every request. */
        public Builder header(String name, String value) {
            headers = Stream.concat(headers.stream(), Stream.of(new ResponseHead.Header(name, value)))
                    .toList();
            return this;
        }

        /** The capability bits of TUNNEL_CREATE. */
        public Builder capabilities(int value) {
            capabilities = value;
            return this;
        }

        /** How long a TCP connect may take. */
        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        /** How long to wait for bytes from the gateway; zero for ever. */
        public Builder readTimeout(Duration value) {
            readTimeout = value;
            return this;
        }

        /** The source of ids, masks and NTLM's random values. */
        public Builder random(RandomGenerator value) {
            random = value;
            return this;
        }

        /** The options. */
        public ClientOptions build() {
            return new ClientOptions(
                    host,
                    port,
                    address,
                    localAddress,
                    trust,
                    transport,
                    upgradeMethod,
                    idPlacement,
                    credentials,
                    binding,
                    path,
                    connectionId,
                    correlationId,
                    webSocketKey,
                    headers,
                    capabilities,
                    connectTimeout,
                    readTimeout,
                    random);
        }
    }
}
