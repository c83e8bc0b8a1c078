package io.gatehouse.core.audit;

import io.gatehouse.formats.text.PrintableText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.SerializableString;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.SerializedString;

/**
 * Escapes, beyond what JSON asks for, everything that could make a terminal or an editor show a line as something else:
 * DEL and C1 controls, line separators, formatting characters such as the bidirectional ones, surrogates, private and
 * unassigned characters.
 */
final class AuditEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;
    private static final int DELETE = 0x7f;

    @Override
    public int[] getEscapeCodesForAscii() {
        int[] codes = standardAsciiEscapesForJSON();
        codes[DELETE] = ESCAPE_STANDARD;
        return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int character) {
        return PrintableText.isPrintable(character) ? null : new SerializedString(String.format("\\u%04x", character));
    }
}
