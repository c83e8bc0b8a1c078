package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.regex.Pattern;

/** Whatever Samba's programs print, it is one answer to the question or none; it never causes a surprise. */
class WinbindFuzzTest {
    private static final String ECHO = "Error: Unknown request Gatehouse-00000000000000000000000000000000\n\\.\n";
    /** All that may ever be taken for an answer. */
    private static final Pattern YES =
            Pattern.compile(ECHO + "Authenticated: Yes\n(User-Session-Key: [0-9A-Fa-f]{32}\n)?\\.\n" + ECHO);

    private static final Pattern NO =
            Pattern.compile(ECHO + "Authenticated: No\nAuthentication-Error: [^\n]*\n\\.\n(\\.\n)?" + ECHO);

    /** Draws zeros: the fences are known. */
    private static final class Zeros extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {}
    }

    /** Has nothing to read until something was asked. */
    private static InputStream afterTheQuestion(byte[] output) {
        return new SequenceInputStream(InputStream.nullInputStream(), new ByteArrayInputStream(output));
    }

    @FuzzTest
    void onlyOneAnswerBetweenItsFencesCounts(byte[] output) {
        HelperDialogue dialogue = new HelperDialogue(
                OutputStream.nullOutputStream(), new LineReader(afterTheQuestion(output)), new Zeros());
        String text = new String(output, StandardCharsets.UTF_8);
        try {
            HelperAnswer answer =
                    dialogue.ask(Responses.of("alice", "ADTEST", "Passw0rd!").request());
            assertThat(text).matches(answer instanceof HelperAnswer.Yes ? YES : NO);
        } catch (IOException e) {
            assertThat(text.length() < LineReader.LONGEST_LINE
                            && (YES.matcher(text).matches() || NO.matcher(text).matches()))
                    .as("an answer that was not taken: %s", e.getMessage())
                    .isFalse();
        }
    }

    @FuzzTest
    void namesAndSidsAreSoundOrAbsent(byte[] bytes) {
        String output = new String(bytes, StandardCharsets.UTF_8);
        List<String> asked = output.lines().map(line -> line.split(" ", 2)[0]).toList();
        WbinfoOutput.namesOfSids(output, asked, '\\')
                .ifPresent(names -> names.forEach((sid, name) -> {
                    assertThat(asked).contains(sid);
                    assertSound(name.name());
                }));
        WbinfoOutput.nameOfSid(output, '\\').ifPresent(name -> assertSound(name.name()));
        WbinfoOutput.sidOfName(output)
                .ifPresent(sid -> assertThat(WbinfoOutput.isSid(sid.sid())).isTrue());
        WbinfoOutput.sids(output)
                .ifPresent(sids -> assertThat(sids).isNotEmpty().allMatch(WbinfoOutput::isSid));
        WbinfoOutput.domainInfo(output).ifPresent(domain -> {
            assertSound(domain.name());
            assertThat(WbinfoOutput.isSid(domain.sid())).isTrue();
        });
        WbinfoOutput.separator(output)
                .ifPresent(separator -> assertThat(output.strip()).hasSize(1));
        WbinfoOutput.ownDomain(output).ifPresent(WinbindFuzzTest::assertSound);
    }

    private static void assertSound(String name) {
        assertThat(name).isNotBlank().doesNotContain("\\", "\n", "\r", "\0").hasSizeLessThanOrEqualTo(256);
    }
}
