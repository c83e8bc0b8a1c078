package io.gatehouse.jetty.edge;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.gatehouse.jetty.RawHttp;
import io.gatehouse.jetty.ReverseProxy;
import io.gatehouse.jetty.ReverseProxy.Recipe;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.portal.Browser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Two users through one real reverse proxy, which gives the gateway their requests over the same connections: neither
 * is ever taken for the other, and no request counts as anybody's without a proof of its own. An ordinary run makes a
 * hundred rounds with each proxy, {@code ./test --attacks} a thousand.
 */
@Tag("attack")
@Timeout(240)
class PooledConnectionsAttackTest {
    private static final int ROUNDS = Integer.getInteger("proxy.rounds", 100);
    /** Twice by NTLM, while the other's legs are between one's own and while the other does the same; once by Basic. */
    private static final int SIGN_INS_OF_A_ROUND = 3;

    private static final Pattern ACCEPTED = Pattern.compile("accepted: \\W*(\\w+) by .*");
    private static final String TABLES = """
            [auth.header.plain]
            user = "Remote-User"
            groups = "Remote-Groups"
            local-users = true
            [portal]
            url = "%s"
            signing = { certificate = "gateway.pem", key = "gateway.key" }
            """.formatted(Browser.ORIGIN);

    @TempDir
    private Path folder;

    /** Who was signed in by each request, as the gateway saw it, and at whose connection id. */
    private static final class SignIns extends AppenderBase<ILoggingEvent> implements AutoCloseable {
        private final Logger stages = (Logger) LoggerFactory.getLogger("io.gatehouse.stages");
        private final List<String> who = Collections.synchronizedList(new ArrayList<>());

        SignIns() {
            stages.setLevel(Level.DEBUG);
            stages.setAdditive(false);
            stages.addAppender(this);
            start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            Map<String, String> values = event.getKeyValuePairs().stream()
                    .collect(Collectors.toMap(pair -> pair.key, pair -> String.valueOf(pair.value)));
            Matcher accepted = ACCEPTED.matcher(values.getOrDefault("detail", ""));
            if (accepted.matches()) {
                who.add(accepted.group(1) + " at "
                        + values.getOrDefault("correlation", "?").charAt(0));
            }
        }

        @Override
        public void close() {
            stages.detachAppender(this);
            stages.setAdditive(true);
            stages.setLevel(null);
        }
    }

    /** One user's connection to the proxy. An IN channel that has no OUT channel is refused once its user is known. */
    private static final class Client implements AutoCloseable {
        private final String user;
        private final String idStart;
        private final RawHttp http;
        private int number;

        Client(String user, String idStart, ReverseProxy proxy) throws Exception {
            this.user = user;
            this.idStart = idStart;
            this.http = RawHttp.tls(proxy.address());
        }

        private int ask(String... headers) throws IOException {
            http.send(request(headers));
            return http.readHead().status();
        }

        private String request(String... headers) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.add("RDG-Connection-Id: {%s-2222-3333-4444-%012x}".formatted(idStart.repeat(8), number));
            return RawHttp.inHead(all.toArray(String[]::new));
        }

        void isNobody() throws IOException {
            assertThat(ask()).as("a request of %s without a proof", user).isEqualTo(401);
        }

        RawHttp.Head begin() throws IOException {
            number++;
            http.send(request(http.typeOne("NTLM", user, TestGateway.PASSWORD)));
            RawHttp.Head challenge = http.readHead();
            assertThat(challenge.status()).isEqualTo(401);
            return challenge;
        }

        void finish(RawHttp.Head challenge) throws IOException {
            assertThat(ask(http.typeThree("NTLM", challenge)))
                    .as("NTLM of %s", user)
                    .isEqualTo(403);
        }

        void basic() throws IOException {
            number++;
            String credentials = user + ":" + TestGateway.PASSWORD;
            assertThat(ask(RawHttp.authorization("Basic", credentials.getBytes(StandardCharsets.US_ASCII))))
                    .as("Basic of %s", user)
                    .isEqualTo(403);
        }

        /** A round by itself. */
        void round() throws IOException {
            finish(begin());
            isNobody();
        }

        @Override
        public void close() throws IOException {
            http.close();
        }
    }

    private static void betweenEachOther(Client alice, Client bob) throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            RawHttp.Head alices = alice.begin();
            bob.isNobody();
            RawHttp.Head bobs = bob.begin();
            alice.finish(alices);
            bob.isNobody();
            alice.isNobody();
            bob.finish(bobs);
            alice.isNobody();
            bob.basic();
            alice.isNobody();
            alice.basic();
            bob.isNobody();
        }
    }

    private static void atTheSameTime(Client alice, Client bob) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            List<Future<?>> running = new ArrayList<>();
            for (Client client : List.of(alice, bob)) {
                running.add(executor.submit(() -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        client.round();
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    /** The portal, with the header that the proxy says the user by. */
    private static void atThePortal(ReverseProxy proxy) throws Exception {
        Browser alice = new Browser(proxy.address());
        Browser bob = new Browser(proxy.address());
        Browser nobody = new Browser(proxy.address());
        for (int i = 0; i < ROUNDS; i++) {
            shows(alice, "alice", "bob");
            assertThat(nobody.get("/desktops").statusCode()).isEqualTo(303);
            shows(bob, "bob", "alice");
        }
    }

    private static void shows(Browser browser, String user, String other) throws Exception {
        HttpResponse<byte[]> page = browser.get("/desktops", "Remote-User", user, "Remote-Groups", "staff");
        assertThat(new String(page.body(), StandardCharsets.UTF_8))
                .contains(user)
                .doesNotContain(other);
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX_HTTP", "HAPROXY_HTTP", "APACHE", "CADDY"})
    void nobodyIsTakenForAnother(Recipe recipe) throws Exception {
        try (SignIns signIns = new SignIns();
                TestGateway gateway = TestGateway.behindSigningReverseProxies(TABLES + TestGateway.RULE);
                ReverseProxy proxy = ReverseProxy.start(recipe, gateway, folder)) {
            try (Client alice = new Client("alice", "a", proxy);
                    Client bob = new Client("bob", "b", proxy)) {
                betweenEachOther(alice, bob);
                if (recipe != Recipe.HAPROXY_HTTP) {
                    assertThat(gateway.census().getLast())
                            .as("connections of the proxy, which two clients share")
                            .isOne();
                }
                atTheSameTime(alice, bob);
            }
            atThePortal(proxy);
            assertThat(signIns.who).containsOnly("alice at a", "bob at b").hasSize(2 * SIGN_INS_OF_A_ROUND * ROUNDS);
        }
    }
}
