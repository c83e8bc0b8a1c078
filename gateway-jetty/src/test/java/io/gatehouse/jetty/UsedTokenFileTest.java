package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.testkit.provider.TestClock;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A token that was used once is never fresh again, whatever becomes of the gateway and of its file. */
class UsedTokenFileTest {
    private static final Source HOME = new Source(InetAddress.ofLiteral("192.0.2.1"));
    private static final Source ELSEWHERE = new Source(InetAddress.ofLiteral("192.0.2.2"));
    private static final PaaLedger.Limits LIMITS = new PaaLedger.Limits(
            Duration.ofSeconds(10), Duration.ofMinutes(5), 50, Duration.ofHours(12), Duration.ofMinutes(5), false);

    @TempDir
    private Path folder;

    private final TestClock clock = new TestClock();

    /** The tokens of one gateway, which starts a second after the one before. */
    private final class Start {
        final PaaLedger ledger;
        final UsedTokenFile file;

        Start() {
            clock.advance(Duration.ofSeconds(1));
            ledger = new PaaLedger(LIMITS, clock, MonotonicClock.system());
            file = UsedTokenFile.beside(folder.resolve("paa-keys.json"), ledger);
            file.resume();
        }

        PaaToken token(String id) {
            return new PaaToken(
                    id,
                    "session",
                    Identity.local("local", "basic", "alice", Set.of(), Set.of()),
                    Set.of(new Target("pc.example.com", 3389)),
                    clock.instant(),
                    clock.instant().plusSeconds(300),
                    Optional.empty());
        }

        void use(PaaToken token) {
            assertThat(ledger.use(token, HOME, () -> {})).isInstanceOf(PaaLedger.Use.Admitted.class);
        }

        String refusal(PaaToken token, Source source) {
            return ledger.refusal(token, source).map(PaaLedger.Use.Refused::why).orElse("admitted");
        }
    }

    private Path file() {
        return folder.resolve("used-tokens");
    }

    @Test
    void theNextGatewayKnowsWhatWasUsed() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.use(token);
        first.file.leave();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Start second = new Start();
        assertThat(second.refusal(token, ELSEWHERE)).startsWith("used first from 192.0.2.1 and now from 192.0.2.2");
        assertThat(second.refusal(token, HOME)).isEqualTo("admitted");
    }

    @Test
    void afterACrashTokensFromBeforeAreRefused() {
        Start first = new Start();
        PaaToken before = first.token("before");
        first.file.leave();
        Start crashed = new Start();
        PaaToken token = crashed.token("one");
        crashed.use(token);
        crashed.use(before);
        Start next = new Start();
        assertThat(next.refusal(token, HOME)).contains("before the gateway started");
        assertThat(next.refusal(before, HOME)).contains("before the gateway started");
        PaaToken fresh = next.token("two");
        next.use(fresh);
    }

    @Test
    void aLostFileIsAsACrash() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.use(token);
        first.file.leave();
        Files.delete(file());
        assertThat(new Start().refusal(token, HOME)).contains("before the gateway started");
    }

    /** What the first one leaves at last does not know what the second one took. */
    @Test
    void ofTwoGatewaysThatRunAtOneTimeTheLaterOneHasTheFile() {
        Start first = new Start();
        Start second = new Start();
        PaaToken token = second.token("one");
        assertThat(first.refusal(token, HOME)).isEqualTo("admitted");
        second.use(token);
        first.file.leave();
        assertThat(new Start().refusal(token, HOME)).contains("before the gateway started");
    }

    @Test
    void aFileThatWasCutOrIsOpenToOthersIsNotUsed() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.use(token);
        first.file.leave();
        String whole = Files.readString(file());
        Files.writeString(file(), whole.substring(0, whole.length() / 2));
        Start second = new Start();
        assertThat(second.refusal(token, HOME)).contains("before the gateway started");
        second.file.leave();
        assertThat(file()).content().doesNotContain("\"one\"");

        Files.writeString(file(), whole);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(new Start().refusal(token, HOME)).contains("before the gateway started");
    }

    @Test
    void whereNothingCanBeWrittenNothingIsRemembered() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.use(token);
        first.file.leave();
        String whole = Files.readString(file());
        Files.delete(file());
        Files.createDirectory(file());
        Files.writeString(file().resolve("in-the-way"), whole);
        Start second = new Start();
        assertThat(second.refusal(token, HOME)).contains("before the gateway started");
        second.file.leave();
        assertThat(file()).isDirectory();
    }

    /** {@code gatehouse check} puts a gateway together, too. */
    @Test
    void aGatewayThatDoesNotStartLeavesTheFileAsItIs() throws Exception {
        Start first = new Start();
        first.use(first.token("one"));
        first.file.leave();
        String left = Files.readString(file());
        PaaLedger ledger = new PaaLedger(LIMITS, clock, MonotonicClock.system());
        UsedTokenFile.beside(folder.resolve("paa-keys.json"), ledger).leave();
        assertThat(file()).content().isEqualTo(left);
    }
}
