package io.gatehouse.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.core.account.UserBlocks.Block;
import io.gatehouse.core.text.Parsed;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserBlocksTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final Identity ALICE = Identity.local("local", "basic", "Alice", Set.of(), Set.of());

    private static final Domains CORP =
            new Domains(List.of(new Domain("CORP", Optional.of("CORP.EXAMPLE"), List.of(), List.of(), List.of())));
    private static final Identity ASMITH = new Identity(
            "kerberos",
            "kerberos",
            "asmith",
            Optional.of("CORP"),
            Optional.of("Alice.Smith@corp.example"),
            Set.of(),
            Set.of(),
            Set.of());

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final UserBlocks blocks = new UserBlocks(clock);

    private static NamedAccount named(String name) {
        return ((Parsed.Valid<NamedAccount>) NamedAccount.parse(name, CORP)).value();
    }

    private static Block block(String account, int seconds) {
        return new Block(account, NOON, NOON.plusSeconds(seconds), "root", "");
    }

    @Test
    void aBlockHoldsUntilItsEndForThatAccountOnly() {
        blocks.block(block("\\alice", 60));

        assertThat(blocks.of(ALICE)).isPresent();
        assertThat(blocks.of(ALICE.withDomain(Optional.of("CORP")))).isEmpty();
        now.set(NOON.plusSeconds(59));
        assertThat(blocks.of(ALICE)).isPresent();
        now.set(NOON.plusSeconds(60));
        assertThat(blocks.of(ALICE)).isEmpty();
        assertThat(blocks.all()).isEmpty();
        assertThat(blocks.unblock(named("alice"))).isEmpty();
    }

    @Test
    void aBlockByPrincipalNameHoldsForTheAccountAndTheLongestOfSeveralCounts() {
        UserBlocks domain = new UserBlocks(clock, CORP);
        domain.block(block("corp\\alice.smith", 60));
        domain.block(block("corp\\asmith", 10));

        assertThat(domain.of(ASMITH)).contains(block("corp\\alice.smith", 60));
    }

    @Test
    void theLaterBlockTakesThePlaceOfTheEarlierOne() {
        blocks.block(block("\\alice", 60));
        blocks.block(block("\\alice", 10));

        assertThat(blocks.all()).containsExactly(block("\\alice", 10));
        assertThat(blocks.unblock(named("alice"))).containsExactly(block("\\alice", 10));
        assertThat(blocks.of(ALICE)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "corp\\asmith,ASmith@Corp.Example",
        "corp\\asmith,CORP.EXAMPLE\\ASMITH",
        "corp\\asmith,asmith",
        "\\asmith,CORP\\asmith",
        "\\asmith,asmith@corp.example",
        ".\\asmith,asmith",
        "elsewhere.example\\asmith,ASMITH@elsewhere.example"
    })
    void aBlockIsEndedByEveryNameThatMeansItsAccount(String key, String name) {
        UserBlocks domain = new UserBlocks(clock, CORP);
        domain.block(block(key, 60));
        domain.block(block("corp\\bob", 60));

        assertThat(domain.unblock(named(name))).containsExactly(block(key, 60));
        assertThat(domain.all()).containsExactly(block("corp\\bob", 60));
    }

    @ParameterizedTest
    @CsvSource({"corp\\asmith,.\\asmith", ".\\asmith,CORP\\asmith", "corp\\asmith,OTHER\\asmith", "corp\\asmith,bob"})
    void aBlockIsNotEndedByTheNameOfAnotherAccount(String key, String name) {
        UserBlocks domain = new UserBlocks(clock, CORP);
        domain.block(block(key, 60));

        assertThat(domain.unblock(named(name))).isEmpty();
        assertThat(domain.all()).containsExactly(block(key, 60));
    }

    @ParameterizedTest
    @ValueSource(strings = {"corp\\asmith", "alice.smith@corp.example", "ALICE.SMITH@corp"})
    void allBlocksOfAUserWhomTheyHaveKeptOutEndTogether(String name) {
        UserBlocks domain = new UserBlocks(clock, CORP);
        domain.block(block("corp\\alice.smith", 60));
        domain.block(block("corp\\asmith", 10));
        domain.block(block("corp\\bob", 60));
        assertThat(domain.of(ASMITH)).isPresent();

        assertThat(domain.unblock(named(name)))
                .containsExactly(block("corp\\alice.smith", 60), block("corp\\asmith", 10));
        assertThat(domain.of(ASMITH)).isEmpty();
        assertThat(domain.all()).containsExactly(block("corp\\bob", 60));
    }

    @Test
    void theirNumberIsBoundedAndBlocksThatEndedMakeRoom() {
        for (int i = 0; i < UserBlocks.MOST; i++) {
            assertThat(blocks.block(block("\\user" + i, i == 0 ? 1 : 60))).isTrue();
        }
        assertThat(blocks.block(block("\\alice", 60))).isFalse();
        assertThat(blocks.block(block("\\user7", 90)))
                .as("one that is blocked already")
                .isTrue();
        now.set(NOON.plusSeconds(2));
        assertThat(blocks.block(block("\\alice", 60))).isTrue();
    }

    @Test
    void whatIsWrittenIsReadAgain() {
        Block block = new Block("corp\\bob the builder", NOON, NOON.plusSeconds(60), "ops", "left his badge at home");

        Parsed<List<Block>> read = UserBlocks.parse(UserBlocks.text(List.of(block, block("\\alice", 5))));

        assertThat(read).isEqualTo(Parsed.valid(List.of(block, block("\\alice", 5))));
        now.set(NOON.plusSeconds(10));
        blocks.restore(List.of(block, block("\\alice", 5)));
        assertThat(blocks.all()).containsExactly(block);
    }

    /** It would let blocked users in. */
    @Test
    void aFileThatWasCutAnywhereIsRefused() {
        String text = UserBlocks.text(List.of(block("\\alice", 5), block("\\bob", 5)));
        for (int length = 1; length < text.length(); length++) {
            assertThat(UserBlocks.parse(text.substring(0, length)))
                    .as("after " + length + " characters")
                    .isInstanceOf(Parsed.Faulty.class);
        }
        assertThat(UserBlocks.parse(text.substring(text.indexOf('\n') + 1)))
                .as("a file from before there was a count")
                .isEqualTo(UserBlocks.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alice",
                "2026-11-29T12:00:00Z\t2026-11-29T12:00:00Z\troot\talice\t",
                "noon\t2026-11-29T12:00:00Z\troot\t\\alice\t",
                "2026-11-29T12:00:00Z\t2026-11-29T12:00:00Z\troot\t\\alice\ta\tb"
            })
    void brokenLinesAreRefused(String line) {
        assertThat(UserBlocks.parse(line)).isInstanceOf(Parsed.Faulty.class);
    }
}
