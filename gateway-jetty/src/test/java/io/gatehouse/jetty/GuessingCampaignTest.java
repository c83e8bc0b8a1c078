package io.gatehouse.jetty;

import static io.gatehouse.jetty.RawHttp.outHead;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Scheme;
import io.gatehouse.jetty.CountedProviders.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * 10,000 wrong guesses from 50 sources at 20 accounts, by all methods and in all spellings, through the gateway's own
 * door and its real providers: how many reach the back ends, and who still gets in.
 */
@Timeout(120)
class GuessingCampaignTest {
    private static final int SOURCES = 50;
    private static final int GUESSES_PER_SOURCE = 200;
    private static final int ACCOUNTS = 20;
    /** The accounts from here on do not exist. */
    private static final int EXISTING = 16;

    private static final int LIMIT = 8;
    private static final int STRANGERS = 4;

    private static final List<String> SCHEMES = List.of("Basic", "NTLM", "Negotiate");
    private static final List<String> SPELLINGS =
            List.of("%s", "CORP\\%s", "%s@corp.example.com", ".\\%s", "%S", "%S@CORP");
    private static final Pattern ACCOUNT = Pattern.compile("user[0-9]+");

    @BeforeEach
    void forget() {
        CountedProviders.forget();
    }

    private static String account(int number) {
        return "user" + number % ACCOUNTS;
    }

    /** One sign-in on a connection of the proxy: the answer to its last request. */
    private static RawHttp.Head signIn(RawHttp proxy, String source, String scheme, String user, String password)
            throws IOException {
        String id = "RDG-Connection-Id: " + UUID.randomUUID() + "\r\nX-Forwarded-For: " + source;
        if (scheme.equals("Basic")) {
            byte[] token = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
            proxy.send(outHead(id, RawHttp.authorization(scheme, token)));
            return proxy.readHead();
        }
        proxy.send(outHead(id, proxy.typeOne(scheme, user, password)));
        RawHttp.Head challenge = proxy.readHead();
        assertThat(challenge.status()).isEqualTo(401);
        proxy.send(outHead(id, proxy.typeThree(scheme, challenge)));
        return proxy.readHead();
    }

    private static int rightSignIn(TestGateway gateway, String source, String scheme, String user) throws IOException {
        try (RawHttp proxy = RawHttp.plain(gateway)) {
            return signIn(proxy, source, scheme, user, TestGateway.PASSWORD).status();
        }
    }

    /** The guesses of one source, each on another account, with another method and spelling. */
    private static void guess(TestGateway gateway, int source, CyclicBarrier firstRoundIsOver) throws Exception {
        try (RawHttp proxy = RawHttp.plain(gateway)) {
            for (int i = 0; i < GUESSES_PER_SOURCE; i++) {
                if (i == 1) {
                    firstRoundIsOver.await();
                }
                String user = SPELLINGS
                        .get((i / ACCOUNTS + source) % SPELLINGS.size())
                        .formatted(account(source + i));
                RawHttp.Head answer =
                        signIn(proxy, "198.51.100." + source, SCHEMES.get((source + i) % 3), user, "Winter" + i);
                assertThat(answer.status()).isEqualTo(401);
            }
        }
    }

    private static void campaign(TestGateway gateway) throws Exception {
        CyclicBarrier firstRoundIsOver = new CyclicBarrier(SOURCES);
        List<Future<?>> sources = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < SOURCES; i++) {
                int source = i;
                sources.add(threads.submit(() -> {
                    guess(gateway, source, firstRoundIsOver);
                    return null;
                }));
            }
            for (Future<?> source : sources) {
                source.get();
            }
        }
    }

    private static boolean isWrong(Verification verification) {
        return verification.reply() instanceof Outcome.Rejected;
    }

    /** Whom a back end was asked about, whatever the spelling. */
    private static String asked(Verification verification) {
        Matcher account = ACCOUNT.matcher(verification.claim().toLowerCase(Locale.ROOT));
        assertThat(account.find()).as(verification.claim()).isTrue();
        return account.group();
    }

    private static Map<String, Long> wrongGuessesSeen() {
        return CountedProviders.seen().stream()
                .filter(GuessingCampaignTest::isWrong)
                .collect(Collectors.groupingBy(GuessingCampaignTest::asked, TreeMap::new, Collectors.counting()));
    }

    private static String home(int account) {
        return "203.0.113." + account;
    }

    @Test
    void theBackEndsSeeFewGuessesAndTheRightOnesGetIn() throws Exception {
        try (TestGateway gateway = TestGateway.counted(TestGateway.RULE, EXISTING)) {
            for (int account = 0; account < EXISTING; account += 2) {
                assertThat(rightSignIn(gateway, home(account), SCHEMES.get(account % 3), account(account)))
                        .isEqualTo(200);
            }

            campaign(gateway);

            assertThat(wrongGuessesSeen()).hasSize(ACCOUNTS);
            assertThat(wrongGuessesSeen().values())
                    .as("guesses that were seen, of 500 each")
                    .allMatch(seen -> seen <= STRANGERS);
            for (int account = 0; account < EXISTING; account++) {
                assertThat(rightSignIn(gateway, home(account), SCHEMES.get(account % 3), account(account)))
                        .as("the owner of user%d at home, where every second one signed in before", account)
                        .isEqualTo(200);
                assertThat(rightSignIn(gateway, "192.0.2." + account, SCHEMES.get((account + 1) % 3), account(account)))
                        .as("the owner of user%d from somewhere new", account)
                        .isEqualTo(200);
            }
        }
    }

    @Test
    void guessesFromWhereTheOwnerLivesCountWithTheOthers() throws Exception {
        try (TestGateway gateway = TestGateway.counted(TestGateway.RULE, EXISTING);
                RawHttp proxy = RawHttp.plain(gateway)) {
            assertThat(rightSignIn(gateway, home(0), "NTLM", account(0))).isEqualTo(200);
            assertThat(rightSignIn(gateway, home(1), "NTLM", account(0))).isEqualTo(200);
            for (int i = 0; i < 40; i++) {
                signIn(proxy, i % 2 == 0 ? home(0) : "198.51.100." + i, SCHEMES.get(i % 3), account(0), "Summer" + i);
            }
            assertThat(wrongGuessesSeen().get(account(0))).isBetween((long) STRANGERS, LIMIT - 1L);
            assertThat(rightSignIn(gateway, home(1), "Basic", account(0))).isEqualTo(200);
            for (int i = 0; i < 40; i++) {
                signIn(proxy, home(1), SCHEMES.get(i % 3), account(0), "Autumn" + i);
            }
            assertThat(wrongGuessesSeen().get(account(0))).isLessThanOrEqualTo(LIMIT);
        }
    }

    /**
     * The address of an office, where somebody tries one password at everybody, and then three more at those who work
     * there.
     */
    @Test
    void passwordsAtEverybodyFromTheAddressOfAnOfficeAreFewAndItsUsersGetIn() throws Exception {
        String office = "203.0.113.99";
        int users = 50;
        try (TestGateway gateway = TestGateway.counted(TestGateway.RULE, users);
                RawHttp proxy = RawHttp.plain(gateway)) {
            for (int user = 0; user < users; user++) {
                assertThat(rightSignIn(gateway, office, "Basic", "user" + user)).isEqualTo(200);
            }
            for (int user = 0; user < 2000; user++) {
                signIn(proxy, office, "Basic", "user" + user, "Winter2026");
            }
            assertThat(wrongGuesses())
                    .as("50 of a source at others, and one at each user")
                    .isEqualTo(50 + users);
            for (int user = 0; user < users; user++) {
                assertThat(rightSignIn(gateway, office, "Basic", "user" + user))
                        .as("user%d from the office", user)
                        .isEqualTo(200);
            }
            for (int password = 0; password < 3; password++) {
                for (int user = 0; user < users; user++) {
                    signIn(proxy, office, "Basic", "user" + user, "Spring" + password);
                }
            }
            assertThat(wrongGuesses()).isEqualTo(50 + 2 * users);
        }
    }

    private static long wrongGuesses() {
        return CountedProviders.seen().stream()
                .filter(GuessingCampaignTest::isWrong)
                .count();
    }

    /** Neither the number of questions nor the work of an answer tells from outside which accounts exist. */
    @Test
    void accountsThatDoNotExistCostTheSame() throws Exception {
        try (TestGateway gateway = TestGateway.counted(TestGateway.RULE, EXISTING);
                RawHttp proxy = RawHttp.plain(gateway)) {
            for (int round = 0; round < 6; round++) {
                for (int account = 0; account < ACCOUNTS; account++) {
                    String source = "198.51.100." + (round * ACCOUNTS + account);
                    signIn(proxy, source, "Basic", account(account), "Spring" + round);
                }
            }
            assertThat(wrongGuessesSeen()).hasSize(ACCOUNTS);
            assertThat(wrongGuessesSeen().values()).containsOnly((long) STRANGERS);
            double known = leastWork(Reason.BAD_CREDENTIALS);
            double unknown = leastWork(Reason.NOT_KNOWN);
            assertThat(unknown / known)
                    .as("work for an unknown account in relation")
                    .isBetween(0.5, 2.0);
        }
    }

    /** The shortest of many, since the first ones compile. */
    private static double leastWork(Reason reason) {
        return CountedProviders.seen().stream()
                .filter(verification -> verification.scheme() == Scheme.BASIC)
                .filter(verification ->
                        verification.reply() instanceof Outcome.Rejected rejected && rejected.reason() == reason)
                .mapToLong(Verification::cpuNanos)
                .min()
                .orElseThrow();
    }
}
