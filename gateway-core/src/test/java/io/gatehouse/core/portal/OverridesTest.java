package io.gatehouse.core.portal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.rdp.RdpFile;
import io.gatehouse.core.rdp.RdpSetting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OverridesTest {
    @Test
    void knownChoicesBecomeSettings() {
        assertThat(Overrides.of(Map.of("display", "all", "audio", "there", "clipboard", "off"), RdpFile.EMPTY)
                        .settings())
                .containsExactly(
                        RdpSetting.number("screen mode id", 2),
                        RdpSetting.number("use multimon", 1),
                        RdpSetting.number("audiomode", 1),
                        RdpSetting.number("redirectclipboard", 0));
    }

    @Test
    void everythingElseIsLeftAside() {
        assertThat(Overrides.of(
                        Map.of(
                                "display", "1x1",
                                "audio", "0\r\nfull address:s:evil",
                                "full address", "evil.example",
                                "drivestoredirect", "*",
                                "clipboard", "ON"),
                        RdpFile.EMPTY))
                .isEqualTo(RdpFile.EMPTY);
    }

    @Test
    void whatATemplateForbidsStaysForbidden() {
        RdpFile strict = new RdpFile(List.of(RdpSetting.number("redirectclipboard", 0)));
        assertThat(Overrides.of(Map.of("clipboard", "on"), strict)).isEqualTo(RdpFile.EMPTY);
    }
}
