package io.gatehouse.jetty.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.MonotonicClock;
import io.gatehouse.client.GatewayClient;
import io.gatehouse.client.Transport;
import io.gatehouse.core.audit.AuditRecord;
import io.gatehouse.core.audit.WebhookEvent;
import io.gatehouse.core.audit.WebhookUrl;
import io.gatehouse.core.config.WebhookConfig;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.file.FileOwnership;
import io.gatehouse.formats.file.WholeFile;
import io.gatehouse.jetty.Await;
import io.gatehouse.jetty.TestGateway;
import io.gatehouse.jetty.audit.WebhookReceiver.Message;
import io.gatehouse.jetty.audit.WebhookSender.Pauses;
import io.gatehouse.jetty.startup.GatewayStartException;
import io.gatehouse.testkit.directory.TestCertificates;
import io.gatehouse.testkit.process.RequiredTools;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.target.EchoTarget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real server by HTTPS takes events, refuses them, fails, hangs, and pretends to be another one. */
@Timeout(60)
class WebhookSenderTest {
    private static final Pauses SHORT =
            new Pauses(Duration.ofMillis(20), Duration.ofMillis(80), Duration.ofSeconds(30));
    private static final String SECRET = "c0ffee0123456789abcdefc0ffee0123";

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    private TestCertificates authority;
    private TestCertificates.Pair pair;
    private Path secret;

    @BeforeEach
    void prepare() throws IOException {
        RequiredTools.assume("openssl");
        authority = TestCertificates.authority(folder, "Hooks CA");
        pair = authority.issue("DNS:localhost");
        secret = folder.path().resolve("webhook-secret");
        WholeFile.write(secret, (SECRET + "\n").getBytes(StandardCharsets.US_ASCII), FileOwnership.PRIVATE);
    }

    private WebhookConfig config(String url, Path ca) {
        return config(url, ca, Duration.ofSeconds(1));
    }

    private WebhookConfig config(String url, Path ca, Duration timeout) {
        return new WebhookConfig(
                ((Parsed.Valid<WebhookUrl>) WebhookUrl.parse(url)).value(),
                secret,
                List.of(new WebhookEvent("session.start")),
                Optional.of(ca),
                timeout);
    }

    private WebhookSender sender(WebhookReceiver receiver) throws GatewayStartException {
        return WebhookSender.start(
                Webhook.open(config(receiver.url(), authority.certificate())),
                Clock.systemUTC(),
                MonotonicClock.system(),
                SHORT);
    }

    private static AuditRecord event(String user) {
        SequencedMap<String, Object> fields = new LinkedHashMap<>();
        fields.put("event.action", "session.start");
        fields.put("user.name", user);
        return new AuditRecord(Instant.parse("2026-11-29T12:00:00Z"), fields);
    }

    private static void awaitCounts(WebhookSender sender, long delivered, long refused, long failed) throws Exception {
        WebhookCounts expected = new WebhookCounts(delivered, 0, refused, failed);
        Await.until(expected.toString(), () -> sender.counts().equals(expected));
    }

    @Test
    void anEventThatCannotBeWrittenIsLostAndTheNextOneIsSent() throws Exception {
        AuditRecord unwritable = new AuditRecord(
                Instant.parse("2026-11-29T12:00:00Z"),
                new LinkedHashMap<>(Map.of("event.action", "session.start", "user.name", new Object() {
                    @Override
                    public String toString() {
                        throw new OutOfMemoryError("of the test");
                    }
                })));
        try (WebhookReceiver receiver = new WebhookReceiver(pair, 200);
                WebhookSender sender = sender(receiver)) {
            sender.offer(unwritable, false);
            sender.offer(event("alice"), false);
            WebhookCounts expected = new WebhookCounts(1, 1, 0, 0);
            Await.until(expected.toString(), () -> sender.counts().equals(expected));
        }
    }

    @Test
    void whatFailsIsSentAgainUntilItIsTakenUnderTheSameId() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(pair, 500, 503, 429);
                WebhookSender sender = sender(receiver)) {
            sender.offer(event("alice"), false);
            awaitCounts(sender, 1, 0, 3);

            assertThat(receiver.messages()).hasSize(4).allSatisfy(message -> {
                assertThat(message.path()).isEqualTo("/hook");
                assertThat(message.header("gatehouse-event")).isEqualTo("session.start");
                assertThat(message.body())
                        .isEqualTo("{\"@timestamp\":\"2026-11-29T12:00:00.000Z\","
                                + "\"event.action\":\"session.start\",\"user.name\":\"alice\"}");
            });
            assertThat(receiver.messages().stream()
                            .map(message -> message.header("webhook-id"))
                            .distinct())
                    .hasSize(1);
        }
    }

    @Test
    void aServerThatHangsIsLeftAndTriedAgain() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(pair, WebhookReceiver.SILENCE);
                WebhookSender sender = sender(receiver)) {
            sender.offer(event("alice"), false);
            awaitCounts(sender, 1, 0, 1);
        }
    }

    @Test
    void whatIsRefusedOrLedElsewhereIsNotSentAgainAndTheNextIs() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(pair, 400, 302, 425, 408);
                WebhookSender sender = sender(receiver)) {
            for (String user : List.of("alice", "bob", "carol")) {
                sender.offer(event(user), false);
            }
            awaitCounts(sender, 1, 2, 4);
            assertThat(receiver.messages())
                    .hasSize(5)
                    .allMatch(message -> message.path().equals("/hook"));
        }
    }

    private static boolean isOf(Message message, String user) {
        return message.body().contains("\"user.name\":\"" + user + "\"");
    }

    /** Two of them, one behind the other: none holds up the others, or the other one. */
    @ParameterizedTest
    @ValueSource(ints = {500, 503, 408, WebhookReceiver.SILENCE})
    void anEventThatTheServerFailsAtIsPutAsideAndGivenUpWhileOthersAreDelivered(int status) throws Exception {
        try (WebhookReceiver receiver =
                        new WebhookReceiver(pair, message -> isOf(message, "poison") ? status : WebhookReceiver.TAKEN);
                WebhookSender sender = WebhookSender.start(
                        Webhook.open(config(receiver.url(), authority.certificate(), Duration.ofMillis(300))),
                        Clock.systemUTC(),
                        MonotonicClock.system(),
                        new Pauses(Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofHours(1)))) {
            for (String user : List.of("poison", "poison", "alice", "bob")) {
                sender.offer(event(user), false);
            }

            awaitCounts(sender, 2, 2, 2 * (WebhookSender.ATTEMPTS_IN_A_ROW + 1));
            sender.offer(event("carol"), false);
            awaitCounts(sender, 3, 2, 2 * (WebhookSender.ATTEMPTS_IN_A_ROW + 1));
        }
    }

    /** A server that takes nothing at all for a while loses nothing, however often it is asked. */
    @Test
    void nothingIsGivenUpWhileTheServerTakesNone() throws Exception {
        AtomicBoolean isUp = new AtomicBoolean();
        try (WebhookReceiver receiver = new WebhookReceiver(pair, _ -> isUp.get() ? WebhookReceiver.TAKEN : 503);
                WebhookSender sender = WebhookSender.start(
                        Webhook.open(config(receiver.url(), authority.certificate())),
                        Clock.systemUTC(),
                        MonotonicClock.system(),
                        new Pauses(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofHours(1)))) {
            List<String> users = List.of("alice", "bob", "carol");
            users.forEach(user -> sender.offer(event(user), false));
            Await.until(
                    "each was tried often",
                    () -> users.stream()
                            .allMatch(user -> receiver.messages().stream()
                                            .filter(message -> isOf(message, user))
                                            .count()
                                    > 2 * WebhookSender.ATTEMPTS_IN_A_ROW));

            isUp.set(true);

            Await.until("all are delivered", () -> sender.counts().delivered() == 3);
            assertThat(sender.counts().refused() + sender.counts().lost()).isZero();
        }
    }

    @Test
    void whatIsNotTakenForTooLongIsGivenUp() throws Exception {
        Integer[] failures = new Integer[1000];
        java.util.Arrays.fill(failures, 500);
        try (WebhookReceiver receiver = new WebhookReceiver(pair, failures);
                WebhookSender sender = WebhookSender.start(
                        Webhook.open(config(receiver.url(), authority.certificate())),
                        Clock.systemUTC(),
                        MonotonicClock.system(),
                        new Pauses(Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(200)))) {
            sender.offer(event("alice"), false);
            Await.until("given up", () -> sender.counts().lost() == 1);
            assertThat(receiver.messages()).hasSizeBetween(2, 100);
        }
    }

    @Test
    void aServerWithAnotherCertificateIsToldNothing() throws Exception {
        TestCertificates other = TestCertificates.authority(folder, "Other CA");
        try (WebhookReceiver wrongName = new WebhookReceiver(authority.issue("DNS:other.example"));
                WebhookReceiver receiver = new WebhookReceiver(pair);
                WebhookSender named = sender(wrongName);
                WebhookSender unknown = WebhookSender.start(
                        Webhook.open(config(receiver.url(), other.certificate())),
                        Clock.systemUTC(),
                        MonotonicClock.system(),
                        SHORT)) {
            named.offer(event("alice"), false);
            unknown.offer(event("alice"), false);
            Await.until(
                    "attempts",
                    () -> named.counts().failedAttempts() > 1
                            && unknown.counts().failedAttempts() > 1);
            assertThat(wrongName.messages()).isEmpty();
            assertThat(receiver.messages()).isEmpty();
        }
    }

    @Test
    void nobodyWaitsForAServerThatHangsAndWhatFindsNoRoomIsCounted() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(pair, WebhookReceiver.SILENCE, WebhookReceiver.SILENCE);
                WebhookSender sender = sender(receiver)) {
            sender.offer(event("first"), false);
            Await.until("a request", () -> !receiver.messages().isEmpty());
            long began = System.nanoTime();
            for (int i = 0; i < 2 * WebhookSender.CAPACITY; i++) {
                sender.offer(event("stranger"), true);
            }
            for (int i = 0; i < WebhookSender.CAPACITY; i++) {
                sender.offer(event("user"), false);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(900));
            assertThat(sender.counts().lost())
                    .as("strangers do not displace users")
                    .isEqualTo(WebhookSender.CAPACITY + 1L);
        }
    }

    @Test
    void pausesGrowAndNoTwoAreAlike() {
        Pauses usual = Pauses.USUAL;
        assertThat(usual.before(0)).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        assertThat(usual.before(3)).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
        assertThat(usual.before(1_000_000)).isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
        assertThat(java.util.stream.IntStream.range(0, 20)
                        .mapToObj(_ -> usual.before(5))
                        .distinct())
                .hasSizeGreaterThan(10);
    }

    @Test
    void aSecretThatOthersCanReadOrGuessIsNone() throws Exception {
        Files.setPosixFilePermissions(secret, java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        WebhookConfig config = config("https://localhost/", authority.certificate());
        assertThatThrownBy(() -> Webhook.open(config)).hasMessageContaining("[[webhook]] secret-file");
        WholeFile.write(secret, "short".getBytes(StandardCharsets.US_ASCII), FileOwnership.PRIVATE);
        assertThatThrownBy(() -> Webhook.open(config)).hasMessageContaining("secret of 5 bytes");
    }

    private static String printed(String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```")
                .matcher(Files.readString(Path.of("../docs/webhooks.md")));
        assertThat(block.find()).isTrue();
        return block.group(1);
    }

    private String run(Message message, String... command) throws Exception {
        Files.writeString(folder.path().resolve("body.json"), message.body());
        ProcessBuilder process =
                new ProcessBuilder(command).directory(folder.path().toFile()).redirectErrorStream(true);
        process.environment().put("webhook_id", message.header("webhook-id"));
        process.environment().put("webhook_timestamp", message.header("webhook-timestamp"));
        process.environment().put("webhook_signature", message.header("webhook-signature"));
        Process running = process.start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output.strip();
    }

    private static Message changed(Message message) {
        return new Message(message.path(), message.headers(), "{}");
    }

    /** What the page prints, run as it is printed; the gateway of the message is a real one. */
    @Test
    void receiversCheckTheSignatureAsTheDocumentationSays() throws Exception {
        try (WebhookReceiver receiver = new WebhookReceiver(pair);
                EchoTarget target = new EchoTarget();
                TestGateway gateway = TestGateway.start(
                        TestGateway.RULE + """
                        [[webhook]]
                        url = "%s"
                        secret-file = "%s"
                        events = ["session.start", "session.end"]
                        ca = "%s"
                        """.formatted(receiver.url(), secret, authority.certificate()))) {
            try (GatewayClient client = gateway.client(Transport.WEBSOCKET)) {
                client.open("laptop", List.of(target.host()), target.port());
            }
            Await.until("two messages", () -> receiver.messages().size() == 2);
            Message start = receiver.messages().getFirst();
            Message end = receiver.messages().getLast();
            assertThat(start.header("gatehouse-event")).isEqualTo("session.start");
            assertThat(end.header("gatehouse-event")).isEqualTo("session.end");
            String body = start.body();
            gateway.awaitAudit(body.substring(0, body.length() - 1));

            String bash = printed("bash");
            String python = printed("python") + """

                    import os
                    headers = {"webhook-" + name: os.environ["webhook_" + name] for name in ("id", "timestamp", "signature")}
                    print(is_genuine(open("webhook-secret", "rb").read().strip(), headers, open("body.json", "rb").read()))
                    headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) - 301)
                    print(is_genuine(open("webhook-secret", "rb").read().strip(), headers, open("body.json", "rb").read()))
                    """;
            assertThat(run(start, "bash", "-c", bash)).isEqualTo("genuine");
            assertThat(run(end, "python3", "-c", python)).isEqualTo("True\nFalse");
            assertThat(run(changed(start), "bash", "-c", bash)).isEmpty();
            assertThat(run(changed(end), "python3", "-c", python)).isEqualTo("False\nFalse");
        }
    }
}
