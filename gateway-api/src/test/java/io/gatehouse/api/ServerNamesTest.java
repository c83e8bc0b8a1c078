package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerNamesTest {
    private static final ServerNames NAMES =
            new ServerNames(Set.of("GW.example.com.", "*.farm.test", "192.0.2.7", "2001:DB8::7"));

    @ParameterizedTest
    @CsvSource({
        "gw.example.com,        true",
        "Gw.Example.Com.,       true",
        "gw.example.com.evil,   false",
        "x.gw.example.com,      false",
        "example.com,           false",
        "a.farm.test,           true",
        "a.b.farm.test,         false",
        "farm.test,             false",
        ".farm.test,            false",
        "192.0.2.7,             true",
        "192.0.2.8,             false",
        "2001:db8:0:0::7,       true",
        "[2001:db8::7],         true",
        "2001:db8::8,           false",
        "'',                    false",
    })
    void namesAreComparedAsHostsAre(String host, boolean included) {
        assertThat(NAMES.include(host)).isEqualTo(included);
    }

    @Test
    void aWildcardCoversNoAddress() {
        assertThat(new ServerNames(Set.of("*.0.2.7")).include("192.0.2.7")).isFalse();
    }

    @Test
    void namesAreAdded() {
        assertThat(ServerNames.NONE.and(List.of("gw.test")).include("gw.test")).isTrue();
        assertThat(ServerNames.NONE.include("gw.test")).isFalse();
    }
}
