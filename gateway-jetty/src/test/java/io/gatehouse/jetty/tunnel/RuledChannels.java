package io.gatehouse.jetty.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.client.Credentials;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.client.TunnelException;
import io.gatehouse.core.tsgu.TsguPacket;
import io.gatehouse.core.tsgu.TsguPacket.Data;
import io.gatehouse.core.tsgu.TsguPacket.KeepAlive;
import io.gatehouse.jetty.TestGateway;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** For tests of rules: rules for targets on this machine, and clients whose channels they allow or end. */
final class RuledChannels {
    static final int RAP_ACCESS_DENIED = 0x800759DA;
    static final int TOO_MANY = 0x800759E6;

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RuledChannels() {}

    /** A rule for every port of this machine, with more keys. */
    static String rule(String name, String keys) {
        return """
                [[policy.rule]]
                name = "%s"
                targets = ["127.0.0.1"]
                ports = ["*"]
                %s
                """.formatted(name, keys);
    }

    /** A client of another user. */
    static GatewayClient client(TestGateway gateway, Transport transport, String user) {
        return new GatewayClient(gateway.options(transport)
                .credentials(Credentials.ntlm(user, TestGateway.PASSWORD))
                .build());
    }

    /** Opens a channel on this machine; the error that the client is told, or 0. */
    static int opening(GatewayClient client, int port) throws IOException {
        return opening(client, List.of("127.0.0.1"), port);
    }

    /** Opens a channel to the first of {@code names} that may be opened; the error that the client is told, or 0. */
    static int opening(GatewayClient client, List<String> names, int port) throws IOException {
        try {
            client.open("pc", names, port);
            return 0;
        } catch (TunnelException refused) {
            return refused.code();
        }
    }

    /** The channel is open. */
    static void echo(GatewayClient client) throws IOException {
        assertThat(echoed(client)).isEqualTo(new Data(ByteBuffer.wrap(new byte[] {1})));
    }

    /** What comes instead of the echo, within {@link #PATIENCE}. */
    static TsguPacket echoUntilItEnds(GatewayClient client) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        TsguPacket next = echoed(client);
        while (next instanceof Data) {
            assertThat(System.nanoTime()).as("the channel is still open").isLessThan(end);
            next = echoed(client);
        }
        return next;
    }

    private static TsguPacket echoed(GatewayClient client) throws IOException {
        client.send(new Data(ByteBuffer.wrap(new byte[] {1})));
        TsguPacket next = client.receive();
        while (next instanceof KeepAlive) {
            next = client.receive();
        }
        return next;
    }

    /** A clock that will be on the full minute in a moment, so that the test need not wait for it. */
    static Clock shortBeforeTheMinute() {
        Instant now = Instant.now();
        Instant wanted = now.truncatedTo(ChronoUnit.MINUTES).plusSeconds(57);
        return Clock.offset(Clock.systemUTC(), Duration.between(now, wanted));
    }

    /** The keys of a rule with hours that end on the next full minute of {@code clock}. */
    static String hoursUntilTheMinute(Clock clock) {
        LocalTime minute = LocalTime.ofInstant(clock.instant(), ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);
        DateTimeFormatter form = DateTimeFormatter.ofPattern("HH:mm");
        return "hours = [\"" + form.format(minute.minusMinutes(30)) + "-" + form.format(minute.plusMinutes(1))
                + "\"]\ntime-zone = \"UTC\"";
    }
}
