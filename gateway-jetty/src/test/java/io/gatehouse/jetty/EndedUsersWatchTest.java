package io.gatehouse.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndedUsersWatchTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC);
    private static final String ALICE = "2026-11-29T11:59:00Z corp\\alice\n";
    private static final String BOB = "2026-11-29T12:00:00Z \\bob\n";
    private static final String OLD = "2026-11-29T11:00:00Z \\carol\n";

    @TempDir
    Path folder;

    private final List<String> ended = new ArrayList<>();
    private final List<String> untilThen = new ArrayList<>();

    private EndedUsersWatch watch() {
        return new EndedUsersWatch(
                folder.resolve("ended-users"),
                CLOCK,
                Duration.ofMinutes(5),
                user -> ended.add(user.account()),
                user -> untilThen.add(user.account()));
    }

    private void write(String text) throws Exception {
        Path file = Files.writeString(folder.resolve("ended-users"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void eachIsEndedOnceAndThoseWhoseTokensAreOverAreNot() throws Exception {
        try (EndedUsersWatch watch = watch()) {
            watch.look();
            write(OLD + ALICE);
            watch.look();
            watch.look();
            assertThat(ended).containsExactly("corp\\alice");
            write(OLD + ALICE + BOB);
            watch.look();
            assertThat(ended).containsExactly("corp\\alice", "\\bob");
            assertThat(untilThen).containsExactly("\\carol");
        }
    }

    @Test
    void whoCouldNotBeEndedIsTriedAgainAndTheOthersAreEndedOnce() throws Exception {
        List<Throwable> failures = new ArrayList<>(List.of(new IllegalStateException(), new OutOfMemoryError()));
        try (EndedUsersWatch watch = new EndedUsersWatch(
                folder.resolve("ended-users"),
                CLOCK,
                Duration.ofMinutes(5),
                user -> {
                    if (user.account().endsWith("bob") && !failures.isEmpty()) {
                        switch (failures.removeFirst()) {
                            case RuntimeException failure -> throw failure;
                            case Throwable failure -> throw (Error) failure;
                        }
                    }
                    ended.add(user.account());
                },
                user -> untilThen.add(user.account()))) {
            watch.look();
            write(ALICE + BOB);
            watch.look();
            assertThatThrownBy(watch::look).isInstanceOf(OutOfMemoryError.class);
            watch.look();
            watch.look();
            assertThat(ended).containsExactly("corp\\alice", "\\bob");
        }
    }

    /** The gateway before was told: what the users got since is theirs. */
    @Test
    void whatIsInTheFileAtTheStartEndsWhatWasThereThen() throws Exception {
        write(OLD + ALICE);
        try (EndedUsersWatch watch = watch()) {
            watch.look();
            assertThat(ended).isEmpty();
            assertThat(untilThen).containsExactly("\\carol", "corp\\alice");
            write(OLD + ALICE + BOB);
            watch.look();
            assertThat(ended).containsExactly("\\bob");
            assertThat(untilThen).hasSize(2);
        }
    }

    @Test
    void aBrokenFileEndsNobodyUntilItIsMended() throws Exception {
        try (EndedUsersWatch watch = watch()) {
            write(ALICE + "half a li");
            watch.look();
            assertThat(ended).isEmpty();
            write(ALICE);
            watch.look();
            assertThat(ended).containsExactly("corp\\alice");
        }
    }

    @Test
    void aFileThatOthersMayWriteEndsNobody() throws Exception {
        try (EndedUsersWatch watch = watch()) {
            write(ALICE);
            Files.setPosixFilePermissions(folder.resolve("ended-users"), PosixFilePermissions.fromString("rw-rw-r--"));
            watch.look();
            assertThat(ended).isEmpty();
        }
    }
}
