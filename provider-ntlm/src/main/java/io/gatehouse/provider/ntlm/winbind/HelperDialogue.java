package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Secret;
import io.gatehouse.formats.text.PrintableText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One question and its answer over the streams of an {@code ntlm_auth --helper-protocol=ntlm-server-1}.
 *
 * <p>Answers have no number, so one that is left over, or one too many, would be taken for the answer to the next
 * user's question. And there is one too many line by habit: after {@code Authentication-Error} come two dots. Therefore
 * each question stands between two <em>fences</em>: lines that the helper does not know, made of fresh random numbers,
 * which it echoes in an error. An answer counts only when it stands alone between the echoes of its own two fences. Not
 * thread safe.
 */
final class HelperDialogue {
    private static final String FENCE = "Gatehouse-";
    private static final int FENCE_LENGTH = 16;
    private static final String END = ".";
    private static final String YES = "Authenticated: Yes";
    private static final String NO = "Authenticated: No";
    private static final String ERROR = "Authentication-Error: ";
    private static final String KEY = "User-Session-Key: ";
    private static final int KEY_DIGITS = 32;

    private final OutputStream questions;
    private final LineReader answers;
    private final SecureRandom random;

    HelperDialogue(OutputStream questions, LineReader answers, SecureRandom random) {
        this.questions = questions;
        this.answers = answers;
        this.random = random;
    }

    /**
     * Asks and reads the answer; blocks.
     *
     * @throws IOException on anything but one answer to this very question; nothing may be asked after it
     */
    HelperAnswer ask(HelperRequest request) throws IOException {
        if (answers.hasMore()) {
            throw new HelperProtocolException("output without a question");
        }
        String before = fence();
        String after = fence();
        questions.write((before + ": x\n").getBytes(StandardCharsets.US_ASCII));
        questions.write(request.bytes());
        questions.write((after + ": x\n").getBytes(StandardCharsets.US_ASCII));
        questions.flush();

        expect(echo(before), answers.next());
        expect(END, answers.next());
        HelperAnswer answer = answer(echo(after));
        expect(END, answers.next());
        if (answers.hasMore()) {
            throw new HelperProtocolException("more output than one answer");
        }
        return answer;
    }

    /** Reads an answer and the first line after it, which must be {@code echo}. */
    private HelperAnswer answer(String echo) throws IOException {
        String verdict = answers.next();
        if (verdict.equals(NO)) {
            String error = answers.next();
            if (!error.startsWith(ERROR)) {
                throw new HelperProtocolException("no reason for a refusal");
            }
            expect(END, answers.next());
            String line = answers.next();
            // The second dot, which a later version of Samba may leave away.
            expect(echo, line.equals(END) ? answers.next() : line);
            return new HelperAnswer.No(PrintableText.line(error.substring(ERROR.length())));
        }
        expect(YES, verdict);
        String line = answers.next();
        Optional<Secret> key = line.startsWith(KEY) ? Optional.of(key(line)) : Optional.empty();
        expect(END, key.isPresent() ? answers.next() : line);
        expect(echo, answers.next());
        return new HelperAnswer.Yes(key);
    }

    private static Secret key(String line) throws HelperProtocolException {
        String digits = line.substring(KEY.length());
        if (digits.length() != KEY_DIGITS || !digits.chars().allMatch(HexFormat::isHexDigit)) {
            throw new HelperProtocolException("session key that is not 32 hexadecimal digits");
        }
        byte[] key = HexFormat.of().parseHex(digits);
        Secret secret = Secret.of(key);
        Arrays.fill(key, (byte) 0);
        return secret;
    }

    private String fence() {
        byte[] number = new byte[FENCE_LENGTH];
        random.nextBytes(number);
        return FENCE + HexFormat.of().formatHex(number);
    }

    private static String echo(String fence) {
        return "Error: Unknown request " + fence;
    }

    private static void expect(String expected, String line) throws HelperProtocolException {
        if (!line.equals(expected)) {
            throw new HelperProtocolException("unexpected line");
        }
    }
}
