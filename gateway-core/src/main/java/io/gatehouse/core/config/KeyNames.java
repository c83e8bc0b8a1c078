package io.gatehouse.core.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How names of Java look in the file. */
final class KeyNames {
    private KeyNames() {}

    /** {@code channelBinding} as {@code channel-binding}. */
    static String key(String component) {
        StringBuilder key = new StringBuilder(component.length() + 4);
        component
                .chars()
                .forEach(c -> key.append(
                        Character.isUpperCase(c)
                                ? "-" + Character.toString(Character.toLowerCase(c))
                                : Character.toString(c)));
        return key.toString();
    }

    /** {@code WHEN_OFFERED} as {@code when-offered}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The words of all constants of an enum. */
    static List<String> words(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(constant -> word((Enum<?>) constant))
                .toList();
    }
}
