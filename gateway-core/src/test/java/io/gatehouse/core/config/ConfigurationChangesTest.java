package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which keys a running gateway can change. */
class ConfigurationChangesTest {
    private static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        collect("", GatewayConfig.class, keys);
        return keys;
    }

    private static void collect(String path, Class<?> table, Set<String> keys) {
        for (RecordComponent component : table.getRecordComponents()) {
            String key = path + KeyNames.key(component.getName());
            Class<?> type = type(component.getGenericType());
            if (type.isRecord() && !TextTypes.contains(type)) {
                collect(key + ".", type, keys);
            } else {
                keys.add(key);
            }
        }
    }

    /** Of a value, or of the values of a list. */
    private static Class<?> type(Type type) {
        return switch (type) {
            case Class<?> simple -> simple;
            case ParameterizedType generic
            when List.of(List.class, Optional.class).contains(generic.getRawType()) ->
                type(generic.getActualTypeArguments()[0]);
            case ParameterizedType other -> (Class<?>) other.getRawType();
            default -> Object.class;
        };
    }

    @Test
    void ofEachKeyItIsKnownWhetherAReloadChangesIt() {
        assertThat(keys())
                .hasSizeGreaterThan(80)
                .allSatisfy(key -> assertThat(List.of(
                                ConfigurationChanges.isReloadable(key), ConfigurationChanges.isReadAtStart(key)))
                        .as("put " + key + " into one of the two sets of ConfigurationChanges, and into docs/rules.md")
                        .containsExactlyInAnyOrder(true, false));
    }

    @Test
    void bothSetsNameKeysThatThereAre() {
        assertThat(ConfigurationChanges.named())
                .allSatisfy(named ->
                        assertThat(keys()).as(named).anyMatch(key -> key.equals(named) || key.startsWith(named + ".")));
    }
}
