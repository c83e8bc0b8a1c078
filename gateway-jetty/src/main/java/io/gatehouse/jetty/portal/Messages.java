package io.gatehouse.jetty.portal;

import java.text.MessageFormat;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The texts of the pages in one language, with numbers and time spans formatted for it. */
public final class Messages {
    private static final ResourceBundle.Control NO_FALLBACK =
            ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
    private static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.GERMAN);
    private static final Map<Locale, Messages> ALL =
            SPOKEN.stream().collect(Collectors.toUnmodifiableMap(Function.identity(), Messages::new));
    private static final int LONGEST_HEADER = 256;

    private final Locale locale;
    private final ResourceBundle texts;

    private Messages(Locale locale) {
        this.locale = locale;
        // English has no file of its own: it is the base.
        this.texts = ResourceBundle.getBundle(
                "io.gatehouse.jetty.portal.messages",
                locale.equals(Locale.ENGLISH) ? Locale.ROOT : locale,
                Messages.class.getClassLoader(),
                NO_FALLBACK);
    }

    /**
     * The best language for a browser.
     *
     * @param acceptLanguage the header's value
     */
    static Messages of(@Nullable String acceptLanguage) {
        return best(acceptLanguage)
                .flatMap(locale -> Optional.ofNullable(ALL.get(locale)))
                .orElseGet(Messages::english);
    }

    private static Messages english() {
        return new Messages(Locale.ENGLISH);
    }

    private static Optional<Locale> best(@Nullable String acceptLanguage) {
        if (acceptLanguage == null || acceptLanguage.length() > LONGEST_HEADER) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable(Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), SPOKEN));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /** The language for {@code lang}. */
    public String language() {
        return locale.getLanguage();
    }

    /** The text of that key. */
    public String text(String key) {
        return texts.getString(key);
    }

    /** The text of that key with values in it. */
    public String text(String key, Object... values) {
        return new MessageFormat(texts.getString(key), locale).format(values);
    }

    /** A time span in one unit, {@code 3 minutes}. */
    public String span(Duration duration) {
        long minutes = duration.toMinutes();
        if (minutes < 1) {
            return text("span.seconds", duration.toSeconds());
        }
        if (minutes < 120) {
            return text("span.minutes", minutes);
        }
        return minutes < 48 * 60 ? text("span.hours", minutes / 60) : text("span.days", minutes / (24 * 60));
    }

    /** A number of bytes in one unit. */
    public String bytes(long bytes) {
        double value = bytes;
        for (String unit : List.of("B", "KB", "MB")) {
            if (value < 1000) {
                return String.format(locale, unit.equals("B") ? "%.0f %s" : "%.1f %s", value, unit);
            }
            value /= 1000;
        }
        return String.format(locale, "%.1f GB", value);
    }
}
