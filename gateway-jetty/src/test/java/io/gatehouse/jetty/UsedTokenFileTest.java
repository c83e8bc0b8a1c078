package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.token.PaaLedger;
import io.gatehouse.core.token.PaaToken;
import io.gatehouse.core.token.TokenMemory;
import io.gatehouse.core.token.TokenMemoryText;
import io.gatehouse.jetty.startup.StateLock;
import io.gatehouse.testkit.provider.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

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
        private final StateLock lock;

        Start() throws IOException {
            clock.advance(Duration.ofSeconds(1));
            ledger = ledger();
            lock = lock();
            file = file(lock, ledger);
            file.resume();
        }

        /** The system ends the lock of a process that was killed. */
        void crash() throws IOException {
            lock.close();
        }

        void end() throws IOException {
            file.leave();
            lock.close();
        }

        PaaToken token(String id) {
            return new PaaToken(
                    id,
                    "session",
                    Identity.local("local", "basic", "alice", Set.of(), Set.of()),
                    Set.of(new Target("pc.example.com", 3389)),
                    clock.instant(),
                    clock.instant().plusSeconds(3600),
                    Optional.empty());
        }

        void use(PaaToken token) {
            assertThat(ledger.use(token, HOME, () -> {})).isInstanceOf(PaaLedger.Use.Admitted.class);
        }

        void assertIsFromBefore(PaaToken token, Source source) {
            assertThat(refusal(token, source)).contains("before the gateway started");
        }

        String refusal(PaaToken token, Source source) {
            return ledger.refusal(token, source).map(PaaLedger.Use.Refused::why).orElse("admitted");
        }
    }

    /** A token that a gateway before saw used. */
    private PaaToken usedAndLeft() throws IOException {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.use(token);
        first.end();
        return token;
    }

    private PaaLedger ledger() {
        return new PaaLedger(LIMITS, clock, MonotonicClock.system());
    }

    private UsedTokenFile file(StateLock lock, PaaLedger ledger) {
        return UsedTokenFile.beside(folder.resolve("paa-keys.json"), Optional.of(lock), ledger);
    }

    private StateLock lock() throws IOException {
        return StateLock.tryLock(folder.resolve("paa-keys.json.used-tokens.lock"))
                .orElseThrow();
    }

    private Path file() {
        return folder.resolve("paa-keys.json.used-tokens");
    }

    @Test
    void theNextGatewayKnowsWhatWasUsed() throws Exception {
        PaaToken token = usedAndLeft();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        Start second = new Start();
        assertThat(second.refusal(token, ELSEWHERE)).startsWith("used first from 192.0.2.1 and now from 192.0.2.2");
        assertThat(second.refusal(token, HOME)).isEqualTo("admitted");
    }

    @Test
    void afterACrashTokensFromBeforeAreRefused() throws Exception {
        Start first = new Start();
        PaaToken before = first.token("before");
        first.end();
        Start crashed = new Start();
        PaaToken token = crashed.token("one");
        crashed.use(token);
        crashed.use(before);
        crashed.crash();
        Start next = new Start();
        next.assertIsFromBefore(token, HOME);
        next.assertIsFromBefore(before, HOME);
        PaaToken fresh = next.token("two");
        next.use(fresh);
    }

    @Test
    void aLostFileIsAsACrash() throws Exception {
        PaaToken token = usedAndLeft();
        Files.delete(file());
        new Start().assertIsFromBefore(token, HOME);
    }

    /** They do not know each other's tokens. */
    @Test
    void gatewaysWithOtherKeysHaveFilesOfTheirOwn() throws Exception {
        Start first = new Start();
        UsedTokenFile other = UsedTokenFile.beside(
                folder.resolve("other-keys.json"),
                StateLock.tryLock(folder.resolve("other-keys.json.used-tokens.lock")),
                ledger());
        other.resume();
        PaaToken token = first.token("one");
        first.use(token);
        first.end();
        other.leave();
        assertThat(new Start().refusal(token, ELSEWHERE)).startsWith("used first from 192.0.2.1");
    }

    /** As a backup does, or a copy of the whole folder, with all times of the files. */
    @ParameterizedTest
    @ValueSource(strings = {"paa-keys.json.used-tokens", ""})
    void aCopyThatIsPutBackIsNotUsed(String copied) throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.end();
        Path copy = Files.createDirectory(folder.resolve("copy"));
        copy(folder, copied, copy);
        Start second = new Start();
        second.use(token);
        second.crash();
        copy(copy, copied, folder);
        new Start().assertIsFromBefore(token, ELSEWHERE);
    }

    private static void copy(Path from, String what, Path to) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(from, "paa-keys.json.*")) {
            for (Path file : files) {
                if (file.endsWith(what) || what.isEmpty()) {
                    Files.copy(
                            file,
                            to.resolve(file.getFileName()),
                            StandardCopyOption.COPY_ATTRIBUTES,
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    /** A disk that was put back as a whole is not known from one that was not: so it has some minutes only. */
    @Test
    void whatWasLeftIsNotUsedMinutesLater() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        first.end();
        clock.advance(Duration.ofMinutes(5));
        new Start().assertIsFromBefore(token, ELSEWHERE);
    }

    /** Dates of tokens have no fraction of a second. */
    @Test
    void aTokenOfTheSecondOfTheCrashIsRefused() throws Exception {
        Start first = new Start();
        PaaToken token = first.token("one");
        clock.advance(Duration.ofMillis(100));
        first.use(token);
        first.crash();
        PaaLedger ledger = ledger();
        clock.advance(Duration.ofMillis(800));
        file(lock(), ledger).resume();
        assertThat(ledger.refusal(token, ELSEWHERE).map(PaaLedger.Use.Refused::why))
                .hasValueSatisfying(why -> assertThat(why).contains("before the gateway started"));
    }

    @ParameterizedTest
    @CsvSource({"deleted, was deleted meanwhile", "opened, has the permissions 666", "replaced, was replaced meanwhile"
    })
    void theLogSaysWhyNothingIsLeft(String what, String why) throws Exception {
        Start first = new Start();
        switch (what) {
            case "deleted" -> Files.delete(file());
            case "opened" -> Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
            default -> Files.writeString(file(), TokenMemoryText.write(new TokenMemory.Running("another")));
        }
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(UsedTokenFile.class);
        logger.addAppender(log);
        try {
            first.file.leave();
        } finally {
            logger.detachAppender(log);
        }
        assertThat(log.list)
                .singleElement()
                .satisfies(line -> assertThat(line.getMessage() + line.getKeyValuePairs())
                        .contains("used tokens are not written", why));
    }

    @Test
    void aFileThatWasCutOrIsOpenToOthersIsNotUsed() throws Exception {
        PaaToken token = usedAndLeft();
        String whole = Files.readString(file());
        Files.writeString(file(), whole.substring(0, whole.length() / 2));
        Start second = new Start();
        second.assertIsFromBefore(token, HOME);
        second.end();
        assertThat(file()).content().doesNotContain("\"one\"");
        new Start().crash();

        Files.writeString(file(), whole);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        new Start().assertIsFromBefore(token, HOME);
    }

    @Test
    void whereNothingCanBeWrittenNothingIsRemembered() throws Exception {
        PaaToken token = usedAndLeft();
        String whole = Files.readString(file());
        Files.delete(file());
        Files.createDirectory(file());
        Files.writeString(file().resolve("in-the-way"), whole);
        Start second = new Start();
        second.assertIsFromBefore(token, HOME);
        second.end();
        assertThat(file()).isDirectory();
    }

    /** {@code gatehouse check} puts a gateway together, too. */
    @Test
    void aGatewayThatDoesNotStartLeavesTheFileAsItIs() throws Exception {
        var _ = usedAndLeft();
        String left = Files.readString(file());
        PaaLedger ledger = ledger();
        file(lock(), ledger).leave();
        assertThat(file()).content().isEqualTo(left);
    }
}
