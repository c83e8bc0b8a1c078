package io.gatehouse.core.guess;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Under which name guesses at an account are counted: one for all spellings that a back end might take for the same
 * account. Domain and realm are left away, and so is whatever directories ignore when they compare names: case,
 * accents, width, kana type, spaces and invisible characters. To take two accounts for one costs them a shared budget;
 * to take one for two would give a guesser twice as many guesses.
 */
public final class GuessedName {
    /**
     * Beside classes: what RFC 4518 section 2.2 maps to nothing, the replacement character, and fillers that nobody
     * sees.
     */
    private static final Pattern IGNORED = Pattern.compile("[\\p{M}\\p{Z}\\p{C}\u1806\ufffc\ufffd\u115f\u1160]+");

    /** Letters with a stroke, which Unicode does not take apart, and what they are compared as. */
    private static final String STROKED = "øłđħŧ";

    private static final String UNSTROKED = "oldht";
    private static final int HIRAGANA_FIRST = 0x3041;
    private static final int HIRAGANA_LAST = 0x3096;
    private static final int KATAKANA_OFFSET = 0x60;

    private GuessedName() {}

    /**
     * The name of {@code claim}, which is a name in any of the forms {@code alice}, {@code DOMAIN\alice},
     * {@code alice@REALM}.
     */
    public static String of(String claim) {
        String folded = folded(claim);
        String user = folded.substring(folded.lastIndexOf('\\') + 1);
        int at = user.lastIndexOf('@');
        return at > 0 ? user.substring(0, at) : user;
    }

    private static String folded(String name) {
        String decomposed = Normalizer.normalize(name, Normalizer.Form.NFKD);
        String lower = IGNORED.matcher(decomposed)
                .replaceAll("")
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT)
                .replace("æ", "ae")
                .replace("œ", "oe");
        StringBuilder folded = new StringBuilder(lower.length());
        lower.chars().map(GuessedName::folded).forEach(character -> folded.append((char) character));
        return folded.toString();
    }

    private static int folded(int character) {
        if (character >= HIRAGANA_FIRST && character <= HIRAGANA_LAST) {
            return character + KATAKANA_OFFSET;
        }
        int stroked = STROKED.indexOf(character);
        return stroked < 0 ? character : UNSTROKED.charAt(stroked);
    }
}
