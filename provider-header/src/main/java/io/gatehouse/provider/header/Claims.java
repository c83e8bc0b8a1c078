package io.gatehouse.provider.header;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an assertion says. A claim is named by its whole name, or by a path with dots.
 *
 * @param all the payload
 */
record Claims(Map<String, Object> all) {
    /** A claim of any kind. */
    Optional<Object> at(String path) {
        @Nullable Object whole = all.get(path);
        if (whole != null) {
            return Optional.of(whole);
        }
        Object at = all;
        for (String step : path.split("\\.", -1)) {
            @Nullable Object next = at instanceof Map<?, ?> map ? map.get(step) : null;
            if (next == null) {
                return Optional.empty();
            }
            at = next;
        }
        return Optional.of(at);
    }

    /** A claim that is text, and not empty. */
    Optional<String> text(String path) {
        return at(path).filter(String.class::isInstance).map(String.class::cast).filter(text -> !text.isEmpty());
    }

    /** A claim that is a list of texts, or one text; empty when it is something else. */
    Optional<List<String>> texts(String path) {
        Optional<Object> value = at(path);
        if (value.isPresent() && value.get() instanceof List<?> list) {
            List<String> texts = new ArrayList<>();
            for (Object each : list) {
                if (!(each instanceof String text)) {
                    return Optional.empty();
                }
                texts.add(text);
            }
            return Optional.of(texts);
        }
        return text(path).map(List::of);
    }
}
