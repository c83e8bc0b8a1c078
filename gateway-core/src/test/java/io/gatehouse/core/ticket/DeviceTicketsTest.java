package io.gatehouse.core.ticket;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Identity.Proof;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.login.MutableClock;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.session.ListPage;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.ticket.DeviceTicketSettings.SessionProof;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTicketsTest {
    private static final int MOST = 50;
    private static final Target PC = new Target("pc.lab", 3389);
    private static final InetAddress HOME = InetAddress.ofLiteral("2001:db8::7");
    private static final Identity ALICE = new Identity(
                    "oidc",
                    "oidc",
                    "Alice",
                    Optional.of("CORP"),
                    Optional.of("alice@corp.example"),
                    Set.of("staff"),
                    Set.of("S-1-5-21-1"),
                    Set.of(Proof.MULTI_FACTOR, Proof.CHANNEL_BINDING))
            .withClaims(Map.of("team", Set.of("red", "blue")));

    private final MutableClock clock = new MutableClock();
    private final DeviceTickets tickets = tickets();

    private DeviceTickets tickets() {
        DeviceTicketSettings settings = new DeviceTicketSettings(
                Duration.ofDays(180),
                3,
                SessionProof.SAME_ADDRESS,
                Duration.ofMinutes(15),
                Set.of(),
                false,
                WithoutNumber.ASK);
        return new DeviceTickets(settings, Domains.NONE, clock, new SecureRandom(), MOST);
    }

    private DeviceTickets.Made made(Identity user, String device) {
        return switch (tickets.make(user, "pc", PC, device)) {
            case Parsed.Valid<DeviceTickets.Made>(DeviceTickets.Made made) -> made;
            case Parsed.Faulty<DeviceTickets.Made>(String problem) -> throw new AssertionError(problem);
        };
    }

    @Test
    void aHandleIsRandomAndOnlyItsDigestIsKept() {
        Set<String> handles = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            handles.add(made(ALICE, "device " + i).handle().text());
        }
        assertThat(handles).hasSize(3).allMatch(handle -> handle.matches("ghticket_[A-Za-z0-9_-]{43}"));
        assertThat(handles).noneMatch(handle -> tickets.text().contains(handle.substring(9)));
        assertThat(made(ALICE.by("x").withDomain(Optional.of("LAB")), "of another")
                        .handle()
                        .toString())
                .doesNotContain("ghticket");
    }

    @Test
    void aTicketIsFoundByItsWholeHandleUntilItExpires() {
        DeviceTickets.Made made = made(ALICE, "Laptop");
        String handle = made.handle().text();
        assertThat(tickets.find(handle)).contains(made.ticket());
        for (String altered : List.of(
                handle + "A", handle.substring(0, 51), handle.toUpperCase(java.util.Locale.ROOT), "", handle + "\0")) {
            assertThat(tickets.find(altered)).as(altered).isEmpty();
        }
        clock.advance(Duration.ofDays(180).minusSeconds(1));
        assertThat(tickets.all()).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(tickets.all()).isEmpty();
        assertThat(tickets.find(handle)).as("why it is refused").isPresent();
        assertThat(tickets.revoke(made.ticket().id())).isEmpty();
    }

    /** Whether the gateway ran when it expired, or was down for long after. */
    @ParameterizedTest
    @ValueSource(longs = {180, 181, 300})
    void anExpiryIsToldOnceAndNotAgainAfterARestart(long days) {
        made(ALICE, "Laptop");
        DeviceTicket revoked = made(ALICE, "Tablet").ticket();
        tickets.revoke(revoked.id());
        clock.advance(Duration.ofDays(days).minusSeconds(1));
        assertThat(days > 180 || tickets.newlyExpired().isEmpty()).isTrue();
        DeviceTickets next = tickets();
        assertThat(next.restore(tickets.text())).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(next.newlyExpired()).extracting(DeviceTicket::device).containsExactly("Laptop");
        assertThat(next.newlyExpired()).isEmpty();
        DeviceTickets third = tickets();
        assertThat(third.restore(next.text())).isEmpty();
        assertThat(third.newlyExpired()).isEmpty();
    }

    /** Its questions end when it is told. */
    @Test
    void anExpiryThatWasToldWhileTheClockWasAheadIsToldAgain() {
        made(ALICE, "Laptop");
        clock.advance(Duration.ofDays(180));
        assertThat(tickets.newlyExpired()).hasSize(1);
        clock.advance(Duration.ofDays(-1));
        assertThat(tickets.newlyExpired()).isEmpty();
        assertThat(tickets.all()).hasSize(1);
        clock.advance(Duration.ofDays(1));
        assertThat(tickets.newlyExpired()).hasSize(1);
    }

    /** Those of the same second, too: a user who was ended gets new files at once. */
    @Test
    void whatWasMadeAfterTheEndOfAUserStays() {
        clock.advance(Duration.ofMillis(300));
        DeviceTicket before = made(ALICE, "before").ticket();
        clock.advance(Duration.ofMillis(200));
        Instant end = clock.instant();
        clock.advance(Duration.ofMillis(200));
        DeviceTicket after = made(ALICE, "after").ticket();
        DeviceTickets next = tickets();
        assertThat(next.restore(tickets.text())).isEmpty();
        assertThat(next.revokeAll(AccountScope.everywhere(ALICE), Optional.of(end)))
                .extracting(DeviceTicket::id)
                .containsExactly(before.id());
        assertThat(next.all()).containsExactly(after);
    }

    /** A ticket that ends between two pages neither hides nor repeats another. */
    @Test
    void pagesAreOfTheNewestFirstAndGoOnAfterAnEnd() {
        Identity bob = Identity.local("local", "basic", "bob", Set.of(), Set.of());
        for (String device : List.of("a", "b", "c")) {
            made(ALICE, device);
            clock.advance(Duration.ofSeconds(1));
        }
        made(bob, "of bob");
        Predicate<DeviceTicket> ofAlice = ticket -> ticket.user().user().equals(ALICE.user());
        ListPage<DeviceTicket> first = page(ofAlice, Optional.empty());
        assertThat(first.entries()).extracting(DeviceTicket::device).containsExactly("c", "b");
        assertThat(first.matched()).isEqualTo(3);
        tickets.revoke(first.next().orElseThrow());
        ListPage<DeviceTicket> second = page(ofAlice, first.next());
        assertThat(second.entries()).extracting(DeviceTicket::device).containsExactly("a");
        assertThat(second.next()).isEmpty();
        assertThat(tickets.page(ofAlice, 2, Optional.of("0123456789"))).isInstanceOf(Parsed.Faulty.class);
        assertThat(tickets.count()).isEqualTo(3);
    }

    private ListPage<DeviceTicket> page(Predicate<DeviceTicket> filter, Optional<String> after) {
        return switch (tickets.page(filter, 2, after)) {
            case Parsed.Valid<ListPage<DeviceTicket>>(ListPage<DeviceTicket> page) -> page;
            case Parsed.Faulty<ListPage<DeviceTicket>>(String problem) -> throw new AssertionError(problem);
        };
    }

    @Test
    void theFileGivesBackWhatWasThere() {
        DeviceTickets.Made laptop = made(ALICE, "Laptop \"x\"\\ ü 机");
        DeviceTickets.Made tablet = made(ALICE, "Tablet");
        tickets.used(laptop.ticket().id(), HOME);
        tickets.revoke(tablet.ticket().id());
        DeviceTickets restored = tickets();
        assertThat(restored.restore(tickets.text())).isEmpty();
        assertThat(restored.text()).isEqualTo(tickets.text());
        DeviceTicket found = restored.find(laptop.handle().text()).orElseThrow();
        assertThat(found.lastUse()).contains(new DeviceTicket.Use(clock.instant(), HOME));
        assertThat(found.user()).isEqualTo(laptop.ticket().user());
        assertThat(found.user().groups()).containsExactly("CORP\\staff");
        assertThat(restored.find(tablet.handle().text()).orElseThrow().ended()).isPresent();
        assertThat(restored.all()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "gatehouse device tickets 2\n",
                "gatehouse device tickets 1\n{}\n",
                "gatehouse device tickets 1\nx\n"
            })
    void anotherFileIsRefused(String text) {
        assertThat(tickets.restore(text)).isPresent();
    }

    @Test
    void aCutOrChangedLineIsRefused() {
        made(ALICE, "Laptop");
        made(ALICE, "Tablet");
        String text = tickets.text();
        for (String broken : List.of(
                text.substring(0, text.length() - 2),
                text.substring(0, text.lastIndexOf('\n', text.length() - 2) + 1),
                text.replace("pc.lab:3389", "pc.lab:0"),
                text.replace("\"sha256\":\"", "\"sha256\":\"0"),
                text.replace("\"device\"", "\"unknown\""),
                text.replace("MULTI_FACTOR", "MAGIC"))) {
            assertThat(tickets().restore(broken)).as(broken).isPresent();
        }
    }

    @Test
    void aFileWithoutACountIsReadAsBefore() {
        made(ALICE, "Laptop");
        String text = tickets.text();
        DeviceTickets after = tickets();
        assertThat(after.restore("gatehouse device tickets 1" + text.substring(text.indexOf('\n'))))
                .isEmpty();
        assertThat(after.all()).isEqualTo(tickets.all());
    }

    /** Or revoking one of two would leave the other. */
    @Test
    void aFileWithAnIdOrADigestTwiceOrWithTooManyTicketsIsRefused() {
        made(ALICE, "Laptop");
        made(ALICE, "Tablet");
        List<String> lines = tickets.text().lines().toList();
        List<DeviceTicket> both = tickets.all();
        String sameId =
                tickets.text().replace(both.getLast().id(), both.getFirst().id());
        assertThat(tickets().restore(sameId))
                .hasValueSatisfying(why -> assertThat(why).contains("line 3"));
        String sameDigest = tickets.text().replace(digest(lines.getLast()), digest(lines.get(1)));
        assertThat(tickets().restore(sameDigest))
                .hasValueSatisfying(why -> assertThat(why).contains("line 3"));
        DeviceTickets smaller = new DeviceTickets(tickets.settings(), Domains.NONE, clock, new SecureRandom(), 1);
        assertThat(smaller.restore(tickets.text()))
                .hasValueSatisfying(why -> assertThat(why).contains("at most 1"));
        assertThat(tickets().restore(tickets.text())).isEmpty();
    }

    private static String digest(String line) {
        return line.replaceAll(".*\"([0-9a-f]{64})\".*", "$1");
    }

    /** Beside one that was made a little ahead. A ticket that was made ahead can be revoked. */
    @Test
    void aTicketThatWasMadeWhileTheClockWasAheadOpensNothingUntilThen() {
        DeviceTicket ahead = made(ALICE, "ahead").ticket();
        clock.advance(Duration.ofMinutes(-4));
        assertThat(tickets.refusal(ahead.signedIn())).isEmpty();
        assertThat(tickets.knownBefore(ahead)).isEqualTo(Duration.ZERO);
        clock.advance(Duration.ofDays(-3650));
        assertThat(tickets.refusal(ahead.signedIn()))
                .hasValueSatisfying(why -> assertThat(why).contains("the clock was set back"));
        assertThat(tickets.knownBefore(ahead)).isGreaterThan(Duration.ofDays(365));
        DeviceTicket now = made(ALICE, "now").ticket();
        assertThat(tickets.refusal(now.signedIn())).isEmpty();
        tickets.known(ALICE);
        assertThat(tickets.byId(ahead.id()).orElseThrow().knownAt())
                .isEqualTo(clock.instant().truncatedTo(ChronoUnit.SECONDS));
        assertThat(tickets.revoke(ahead.id())).isPresent();
        assertThat(tickets.all()).containsExactly(tickets.byId(now.id()).orElseThrow());
    }

    @Test
    void theNumberOfAUserIsBoundedAndOthersAreNotConcerned() {
        for (int i = 0; i < 3; i++) {
            made(ALICE, "device " + i);
        }
        assertThat(tickets.make(ALICE, "pc", PC, "one more")).isInstanceOf(Parsed.Faulty.class);
        Identity bob = Identity.local("local", "basic", "bob", Set.of(), Set.of());
        DeviceTickets.Made ofBob = made(bob, "Laptop");
        tickets.revoke(tickets.of(ALICE).getFirst().id());
        made(ALICE, "one more");
        assertThat(tickets.revokeAll(AccountScope.everywhere(ALICE), Optional.empty()))
                .hasSize(3);
        assertThat(tickets.all()).containsExactly(ofBob.ticket());
    }

    /** Or the gateway could not read its own file at the next start. */
    @Test
    void aUserWhomTheFileCouldNotGiveBackGetsNoTicket() {
        Set<String> many = IntStream.range(0, 257).mapToObj(String::valueOf).collect(Collectors.toSet());
        for (Identity user : List.of(
                Identity.local("local", "basic", "x".repeat(513), Set.of(), Set.of()),
                ALICE.withDomain(Optional.of("x".repeat(513))),
                ALICE.withDomain(Optional.of(" ")),
                ALICE.withGroupsAsInRules(many),
                ALICE.withGroupsAsInRules(Set.of("x".repeat(20_000))),
                ALICE.withGroups(Set.of(), many))) {
            assertThat(tickets.make(user, "pc", PC, "Laptop")).isInstanceOf(Parsed.Faulty.class);
        }
        made(ALICE, "Laptop");
        tickets.known(ALICE.withGroupsAsInRules(many));
        assertThat(tickets().restore(tickets.text())).isEmpty();
    }

    @Test
    void endedTicketsMakeRoom() {
        for (int i = 0; i < MOST; i++) {
            made(Identity.local("local", "basic", "user" + i, Set.of(), Set.of()), "Laptop");
        }
        assertThat(tickets.make(ALICE, "pc", PC, "Laptop")).isInstanceOf(Parsed.Faulty.class);
        DeviceTicket first = tickets.all().getFirst();
        tickets.revoke(first.id());
        made(ALICE, "Laptop");
        assertThat(tickets.byId(first.id())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " x", "x\ny", "x\u202Ey", "x\u0000", "0123456789012345678901234567890123456789x"})
    void namesOfDevicesArePrintableAndBounded(String name) {
        assertThat(DeviceTickets.nameProblem(name)).isPresent();
        assertThat(DeviceTickets.nameProblem("Büro-Notebook 机")).isEmpty();
    }

    /** Groups are those of the last sign-in at the portal; that the file was made with a second factor stays. */
    @Test
    void whoTheUserIsComesFromTheLastSignIn() {
        DeviceTickets.Made made = made(ALICE, "Laptop");
        Identity who = made.ticket().signedIn();
        assertThat(who.method()).isEqualTo("device-ticket");
        assertThat(who.proofs()).containsExactly(Proof.MULTI_FACTOR);
        assertThat(who.grant().orElseThrow().targets()).containsExactly("pc.lab:3389");
        clock.advance(Duration.ofDays(90));
        tickets.known(ALICE.withGroups(Set.of("managers"), Set.of()).withProofs(Set.of()));
        Identity now = tickets.current(who);
        assertThat(now.groups()).containsExactly("CORP\\managers");
        assertThat(now.sids()).isEmpty();
        assertThat(now.proofs()).containsExactly(Proof.MULTI_FACTOR);
        assertThat(now.grant()).isEqualTo(who.grant());
        assertThat(tickets.byId(made.ticket().id()).orElseThrow().knownAt()).isEqualTo(clock.instant());
        tickets.known(Identity.local("ldap", "basic", "alice", Set.of("root"), Set.of())
                .withDomain(Optional.of("CORP")));
        assertThat(tickets.current(who).groups())
                .as("an account of another provider")
                .containsExactly("CORP\\managers");
        assertThat(tickets.current(ALICE)).isSameAs(ALICE);
    }

    @Test
    void aRevokedTicketLetsNobodyInWhoSignedInBefore() {
        DeviceTickets.Made made = made(ALICE, "Laptop");
        Identity who = made.ticket().signedIn();
        assertThat(tickets.refusal(who)).isEmpty();
        tickets.revoke(made.ticket().id());
        assertThat(tickets.refusal(who))
                .hasValueSatisfying(why -> assertThat(why).contains("revoked"));
        assertThat(tickets.refusal(ALICE)).isEmpty();
    }

    @Test
    void usesInAMinuteAreOne() {
        DeviceTicket ticket = made(ALICE, "Laptop").ticket();
        Instant first = clock.instant();
        tickets.used(ticket.id(), HOME);
        long changes = tickets.changes();
        clock.advance(Duration.ofSeconds(30));
        tickets.used(ticket.id(), HOME);
        assertThat(tickets.changes()).isEqualTo(changes);
        assertThat(tickets.byId(ticket.id()).orElseThrow().lastUse()).contains(new DeviceTicket.Use(first, HOME));
        clock.advance(Duration.ofSeconds(31));
        tickets.used(ticket.id(), HOME);
        assertThat(tickets.changes()).isGreaterThan(changes);
    }
}
