package io.gatehouse.core.portal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalPathTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/desktops",
                "/connect/win11.rdp",
                "/connect/win11.rdp?audio=off&display=full",
                "/desktops?q=a+b%20c"
            })
    void pathsOfThePortalAreSafe(String path) {
        assertThat(LocalPath.of(path)).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "//evil.example",
                "/\\evil.example",
                "\\\\evil.example",
                "https://evil.example",
                "/a//b",
                "/./x",
                "/../x",
                "/.",
                "/x\r\nSet-Cookie: a=b",
                "/x\t",
                " /x",
                "/x#y",
                "/x?y#z",
                "/@evil.example",
                "/%2f/evil.example",
                "/\u2028",
                "/a;b"
            })
    void whateverLooksOtherwiseIsNot(String path) {
        assertThat(LocalPath.of(path)).isEmpty();
    }
}
