package io.gatehouse.jetty.kdcproxy;

import static io.gatehouse.jetty.kdcproxy.FakeKdc.answering;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.body;
import static io.gatehouse.jetty.kdcproxy.KerberosMessages.tgsReq;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.jetty.GoodClient;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Eight addresses announce bodies to the KDC proxy and do not send them, beside a client that wants a ticket. */
@Tag("attack")
@Timeout(120)
class AnnouncedBodiesAttackTest {
    private static final String REALM = "LAB.TEST";
    private static final int SOURCES = 8;
    private static final int OF_EACH = 75;
    private static final int LARGEST = 128 * 1024;
    private static final int HONEST_REQUESTS = 20;

    @Test
    void bodiesThatDoNotComeTakeNoMemoryFromThoseThatDo() throws Exception {
        String tables = TestGateway.RULE + """
                [[domain]]
                name = "LAB"
                realm = "lab.test"
                kdcs = ["%s"]
                [kdc-proxy]
                realms = ["LAB.TEST"]
                requests-per-source = 100
                """;
        List<RawHttp> held = new ArrayList<>();
        try (FakeKdc kdc = FakeKdc.tcp(answering(KerberosMessages.tgsRep()));
                TestGateway gateway = TestGateway.start(tables.formatted(kdc.text()));
                GoodClient good = GoodClient.beside(gateway)) {
            try {
                for (int source = 1; source <= SOURCES; source++) {
                    for (int i = 0; i < OF_EACH; i++) {
                        RawHttp silent = RawHttp.plainFrom(gateway, "127.0.2." + source);
                        held.add(silent);
                        silent.send(RawHttp.head("POST /KdcProxy", "Content-Length: " + LARGEST));
                    }
                }
                List<Integer> answers = new ArrayList<>();
                for (int i = 0; i < HONEST_REQUESTS; i++) {
                    answers.add(ask(gateway));
                }
                assertThat(answers).containsOnly(200).hasSize(HONEST_REQUESTS);
                assertThat(good.report("announced bodies").failures()).isEmpty();
            } finally {
                for (RawHttp silent : held) {
                    silent.close();
                }
            }
        }
    }

    private static int ask(TestGateway gateway) throws IOException {
        byte[] body = body(tgsReq(REALM), REALM);
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(
                RawHttp.head("POST /KdcProxy", "Content-Length: " + body.length).getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        try (RawHttp http = RawHttp.plain(gateway)) {
            http.send(request.toByteArray());
            return http.readHead().status();
        }
    }
}
