package io.gatehouse.core.config;

import io.gatehouse.core.text.Parsed;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Types that read themselves: {@code T} has a method {@code public static Parsed<T> parse(String)}, and its {@code
 * toString} is text that this method reads as the same value. A component of such a type is text in the file.
 */
final class TextTypes {
    private TextTypes() {}

    /** Whether {@code type} reads itself. */
    static boolean contains(Class<?> type) {
        return parser(type).isPresent();
    }

    /** What {@code type} reads in {@code text}. */
    static Parsed<?> parse(Class<?> type, String text) {
        Method parser = parser(type).orElseThrow(() -> new IllegalArgumentException(type + " has no parse(String)"));
        try {
            return (Parsed<?>) parser.invoke(null, text);
        } catch (IllegalAccessException | InvocationTargetException impossible) {
            throw new IllegalArgumentException(type + " cannot read \"" + text + "\"", impossible);
        }
    }

    private static Optional<Method> parser(Class<?> type) {
        return Stream.concat(Stream.of(type), Arrays.stream(type.getInterfaces())) // alternatives of a sealed interface
                .flatMap(each -> Arrays.stream(each.getMethods()))
                .filter(method -> method.getName().equals("parse")
                        && Modifier.isStatic(method.getModifiers())
                        && method.getReturnType() == Parsed.class
                        && Arrays.equals(method.getParameterTypes(), new Class<?>[] {String.class}))
                .findFirst();
    }
}
