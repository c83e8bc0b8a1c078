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
import org.junit.jupiter.params.provider.ValueSource;

class UserBlocksTest {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");
    private static final Identity ALICE = Identity.local("local", "basic", "Alice", Set.of(), Set.of());

    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private final UserBlocks blocks = new UserBlocks(clock);

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
        assertThat(blocks.unblock("\\alice")).isFalse();
    }

    @Test
    void aBlockByPrincipalNameHoldsForTheAccountAndTheLongestOfSeveralCounts() {
        UserBlocks domain = new UserBlocks(
                clock,
                new Domains(List.of(new Domain("CORP", Optional.of("CORP.EXAMPLE"), List.of(), List.of(), List.of()))));
        Identity asmith = new Identity(
                "kerberos",
                "kerberos",
                "asmith",
                Optional.of("CORP"),
                Optional.of("Alice.Smith@corp.example"),
                Set.of(),
                Set.of(),
                Set.of());
        domain.block(block("corp\\alice.smith", 60));
        domain.block(block("corp\\asmith", 10));

        assertThat(domain.of(asmith)).contains(block("corp\\alice.smith", 60));
        assertThat(domain.unblock("corp\\alice.smith")).isTrue();
        assertThat(domain.of(asmith)).contains(block("corp\\asmith", 10));
        assertThat(domain.unblock("corp\\asmith")).isTrue();
        assertThat(domain.of(asmith)).isEmpty();
    }

    @Test
    void theLaterBlockTakesThePlaceOfTheEarlierOne() {
        blocks.block(block("\\alice", 60));
        blocks.block(block("\\alice", 10));

        assertThat(blocks.all()).containsExactly(block("\\alice", 10));
        assertThat(blocks.unblock("\\alice")).isTrue();
        assertThat(blocks.of(ALICE)).isEmpty();
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
