package io.gatehouse.core.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was done to an audit log is found, and where. */
class AuditVerifierTest {
    private final List<String> lines = new ArrayList<>();
    private AuditChain chain = AuditChain.EMPTY;

    @BeforeEach
    void write() {
        for (int number = 1; number <= 6; number++) {
            append("{\"event.action\":\"session.start\",\"n\":" + number + "}", number == 1 || number == 4);
        }
    }

    private void append(String json, boolean isFirst) {
        AuditChain.Linked linked = chain.link(json, isFirst);
        lines.add(linked.text());
        chain = linked.chain();
    }

    private static AuditVerifier verified(List<String> lines) {
        AuditVerifier verifier = new AuditVerifier();
        for (int i = 0; i < lines.size(); i++) {
            verifier.line("log:" + (i + 1), lines.get(i));
        }
        return verifier;
    }

    private List<String> problems() {
        return verified(lines).problems();
    }

    @Test
    void linesAreAsTheyAreDocumented() {
        assertThat(lines.getFirst())
                .matches("\\{\"event\\.action\":\"session\\.start\",\"n\":1,\"rdgw\\.audit\\.sequence\":1,"
                        + "\"rdgw\\.audit\\.previous\":\"0{64}\",\"rdgw\\.audit\\.hash\":\"[0-9a-f]{64}\"}");
        assertThat(lines.get(1))
                .matches("\\{.*,\"rdgw\\.audit\\.sequence\":2,\"rdgw\\.audit\\.hash\":\"[0-9a-f]{64}\"}");
    }

    /** Computed with sha256sum: 32 zero bytes, then the text in front of the hash. */
    @Test
    void theHashIsThatOfTheHashBeforeAndTheText() {
        assertThat(AuditChain.EMPTY.link("{\"a\":1}", false).chain().hash())
                .isEqualTo("1f823c3ea76554978a5b0d19caae41c318dbdabdc70a12c93e6d600d4a505ae7");
    }

    @Test
    void aLogThatNobodyTouchedHasNoProblem() {
        AuditVerifier verifier = verified(lines);
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.notes()).isEmpty();
        assertThat(verifier.lines()).isEqualTo(6);
        assertThat(verifier.end()).contains(chain);
    }

    @Test
    void aChangedLineIsFound() {
        lines.set(2, lines.get(2).replace("\"n\":3", "\"n\":8"));
        assertThat(problems()).containsExactly("log:3: the line, or the one before it, was changed");
    }

    /** Who changes a line and its own hash breaks the next one. */
    @Test
    void aChangedLineWithAHashOfItsOwnIsFound() {
        AuditChain before = AuditChain.after(lines.get(1)).orElseThrow();
        lines.set(
                2,
                before.link("{\"event.action\":\"session.start\",\"n\":8}", false)
                        .text());
        assertThat(problems()).containsExactly("log:4: the line, or the one before it, was changed");
    }

    @Test
    void aRemovedLineIsFound() {
        lines.remove(2);
        assertThat(problems()).containsExactly("log:3: line 3 of the log is missing or was made unreadable");
    }

    @Test
    void removedLinesAreFoundAcrossFiles() {
        lines.subList(2, 4).clear();
        assertThat(problems()).containsExactly("log:3: lines 3 to 4 of the log are missing or were made unreadable");
    }

    @Test
    void linesThatChangedPlacesAreFound() {
        lines.add(2, lines.remove(3));
        assertThat(problems())
                .containsExactly(
                        "log:3: line 3 of the log is missing or was made unreadable",
                        "log:4: line 3 of the log stands behind line 4: lines were moved or repeated",
                        "log:5: line 4 of the log is missing or was made unreadable");
    }

    @Test
    void aRepeatedLineIsFound() {
        lines.add(3, lines.get(2));
        assertThat(problems())
                .containsExactly("log:4: line 3 of the log stands behind line 3: lines were moved or repeated");
    }

    @Test
    void aLineThatWasMadeUnreadableIsFound() {
        lines.set(2, "nothing");
        assertThat(problems()).containsExactly("log:3: line 3 of the log is missing or was made unreadable");
    }

    @Test
    void anInsertedLineIsFound() {
        lines.add(
                3,
                AuditChain.after(lines.get(2))
                        .orElseThrow()
                        .link("{\"n\":9}", false)
                        .text());
        assertThat(problems())
                .containsExactly("log:5: line 4 of the log stands behind line 4: lines were moved or repeated");
    }

    /** A full disk or a crash cuts a line off; the next one is on a line of its own. */
    @Test
    void aLineThatWasCutOffIsNoProblemWhenNoneIsMissing() {
        lines.add(3, "{\"event.action\":\"sess");
        AuditVerifier verifier = verified(lines);
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.notes())
                .containsExactly("log:4: not whole, as a full disk or a crash leaves a line; no line is missing");
    }

    /** The first line of a file says what it goes on from. */
    @Test
    void fileWithoutTheOnesBeforeIsChecked() {
        List<String> second = new ArrayList<>(lines.subList(3, 6));
        AuditVerifier verifier = verified(second);
        assertThat(verifier.problems()).isEmpty();
        assertThat(verifier.notes()).containsExactly("log:1: begins with line 4 of the log; older ones were not given");
        second.set(0, second.getFirst().replace("\"n\":4", "\"n\":8"));
        assertThat(verified(second).problems()).containsExactly("log:1: the line was changed");
    }

    @Test
    void aLogThatBeginsAgainIsFound() {
        chain = AuditChain.EMPTY;
        append("{\"n\":7}", true);
        assertThat(problems()).singleElement().asString().startsWith("log:7: a new log begins after line 6");
    }

    @Test
    void filesThatAreNoAuditLogAreNone() {
        AuditVerifier verifier = verified(List.of("{}", "hello"));
        assertThat(verifier.lines()).isZero();
        assertThat(verifier.end()).isEmpty();
    }
}
