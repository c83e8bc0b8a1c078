package io.gatehouse.core.rdp;

import io.gatehouse.core.text.Parsed;
import java.util.Locale;

/**
 * One line of a {@code .rdp} file: {@code name:type:value}. Neither name nor value can hold a control character or a
 * line separator, so that no value ever becomes a second line.
 *
 * @param name as written; clients compare it without regard to case
 * @param type what kind of value it is
 * @param value the text behind the second colon
 */
public record RdpSetting(String name, Type type, String value) {
    /** Longer than any value that clients read; a signature has up to some thousand characters. */
    static final int LONGEST_VALUE = 64 * 1024;

    private static final int LONGEST_NAME = 128;

    /** The letter between name and value. */
    public enum Type {
        /** A whole number. */
        INTEGER('i'),
        /** Text. */
        TEXT('s'),
        /** Bytes in hexadecimal, which mstsc writes for saved passwords. */
        BINARY('b');

        private final char letter;

        Type(char letter) {
            this.letter = letter;
        }

        char letter() {
            return letter;
        }
    }

    /**
     * A setting.
     *
     * @throws IllegalArgumentException when {@link #problemOf} finds one
     */
    public RdpSetting {
        String problem = problemOf(name, type, value);
        if (!problem.isEmpty()) {
            throw new IllegalArgumentException(problem);
        }
    }

    /** A text that may come from anywhere. */
    public static Parsed<RdpSetting> of(String name, Type type, String value) {
        String problem = problemOf(name, type, value);
        return problem.isEmpty() ? Parsed.valid(new RdpSetting(name, type, value)) : Parsed.faulty(problem);
    }

    /** A text setting of our own making. */
    public static RdpSetting text(String name, String value) {
        return new RdpSetting(name, Type.TEXT, value);
    }

    /** A number. */
    public static RdpSetting number(String name, int value) {
        return new RdpSetting(name, Type.INTEGER, Integer.toString(value));
    }

    /** Reads {@code name:type:value}. */
    public static Parsed<RdpSetting> parse(String line) {
        int first = line.indexOf(':');
        int second = first < 0 ? -1 : line.indexOf(':', first + 1);
        if (second != first + 2 || first < 1) {
            return Parsed.faulty("not a setting (expected name:i:number, name:s:text or name:b:hex)");
        }
        char letter = Character.toLowerCase(line.charAt(first + 1));
        for (Type type : Type.values()) {
            if (type.letter == letter) {
                String value = line.substring(second + 1);
                // Space around a text belongs to it; around a number it was left there by an editor.
                return of(line.substring(0, first).strip(), type, type == Type.TEXT ? value : value.strip());
            }
        }
        return Parsed.faulty("type '" + (letter < 0x21 || letter > 0x7e ? '?' : letter) + "' (expected i, s or b)");
    }

    /** Whether this is the setting of that name. */
    boolean isNamed(String other) {
        return name.equalsIgnoreCase(other);
    }

    /** The name under which settings are told apart. */
    String key() {
        return name.toLowerCase(Locale.ROOT);
    }

    /** The line as it stands in the file. */
    String line() {
        return name + ":" + type.letter + ":" + value;
    }

    private static String problemOf(String name, Type type, String value) {
        if (name.isBlank() || name.length() > LONGEST_NAME || !name.equals(name.strip())) {
            return "name of " + name.length() + " characters (expected 1 to " + LONGEST_NAME
                    + ", without space around it)";
        }
        if (name.indexOf(':') >= 0 || name.chars().anyMatch(RdpSetting::breaksLines)) {
            return "colon or control character in a name";
        }
        if (value.length() > LONGEST_VALUE) {
            return "value of " + value.length() + " characters (expected at most " + LONGEST_VALUE + ")";
        }
        if (value.chars().anyMatch(RdpSetting::breaksLines) || hasLoneSurrogate(value)) {
            return "control character in a value";
        }
        return switch (type) {
            case INTEGER ->
                value.matches("-?[0-9]{1,10}") ? "" : "value of a number (expected digits, perhaps with a minus)";
            case BINARY -> value.matches("[0-9A-Fa-f]*") ? "" : "value of bytes (expected hexadecimal digits)";
            case TEXT -> "";
        };
    }

    /** Control characters of both kinds, and what some reader takes for the end of a line. */
    private static boolean breaksLines(int character) {
        return Character.isISOControl(character) || character == 0x2028 || character == 0x2029 || character == 0xfeff;
    }

    private static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (Character.isHighSurrogate(character)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(character)) {
                return true;
            }
        }
        return false;
    }
}
