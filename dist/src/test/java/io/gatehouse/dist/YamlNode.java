package io.gatehouse.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** A node of a YAML or JSON file that a test looks into. */
record YamlNode(Object value) {
    static YamlNode of(Path file) throws IOException {
        return new YamlNode(new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file)));
    }

    /** The node that keys and indices lead to, which must be there. */
    YamlNode at(Object... path) {
        Object here = value;
        for (Object step : path) {
            here = here instanceof Map<?, ?> map && map.containsKey(step)
                    ? map.get(step)
                    : here instanceof List<?> list && step instanceof Integer index ? list.get(index) : null;
            assertThat(here).as(step + " of " + List.of(path)).isNotNull();
        }
        return new YamlNode(here);
    }

    /** The elements of a list. */
    Stream<YamlNode> all() {
        return ((List<?>) value).stream().map(YamlNode::new);
    }

    /** The element of a list whose key {@code name} is this. */
    YamlNode named(String name) {
        return all().filter(each -> name.equals(each.at("name").value()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + value));
    }

    String text() {
        return String.valueOf(value);
    }
}
