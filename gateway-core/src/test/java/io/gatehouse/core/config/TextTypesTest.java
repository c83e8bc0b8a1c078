package io.gatehouse.core.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.core.net.Cidr;
import io.gatehouse.core.net.HostName;
import io.gatehouse.core.net.ListenAddress;
import io.gatehouse.core.net.PortRange;
import io.gatehouse.core.net.ServerAddress;
import io.gatehouse.core.policy.AccountPattern;
import io.gatehouse.core.policy.ClaimValue;
import io.gatehouse.core.policy.ClientNamePattern;
import io.gatehouse.core.policy.DnsSuffix;
import io.gatehouse.core.policy.GroupName;
import io.gatehouse.core.policy.HoursSpan;
import io.gatehouse.core.policy.PersonalHost;
import io.gatehouse.core.policy.Redirection;
import io.gatehouse.core.policy.SignInMethod;
import io.gatehouse.core.policy.TargetPattern;
import io.gatehouse.core.policy.TimeZoneName;
import io.gatehouse.core.portal.Colour;
import io.gatehouse.core.portal.PortalAddress;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.wake.MacAddress;
import io.gatehouse.core.wake.WakeAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a type prints, it reads as the same value: {@code gatehouse check --print} relies on it. */
class TextTypesTest {

    static List<Arguments> texts() {
        return List.of(
                Arguments.of(ListenAddress.class, ":443", ":443"),
                Arguments.of(ListenAddress.class, "[2001:DB8::1]:8443", "[2001:db8::1]:8443"),
                Arguments.of(ListenAddress.class, "Localhost:0", "localhost:0"),
                Arguments.of(ServerAddress.class, "KDC.example.com", "kdc.example.com"),
                Arguments.of(ServerAddress.class, "kdc.example.com:1088", "kdc.example.com:1088"),
                Arguments.of(ServerAddress.class, "2001:db8::1", "2001:db8::1"),
                Arguments.of(ServerAddress.class, "[2001:db8::1]", "2001:db8::1"),
                Arguments.of(ServerAddress.class, "[2001:db8::1]:88", "[2001:db8::1]:88"),
                Arguments.of(HostName.class, "GW01.Example.com", "GW01.Example.com"),
                Arguments.of(Cidr.class, "10.0.0.0/8", "10.0.0.0/8"),
                Arguments.of(Cidr.class, "::ffff:10.0.0.0/104", "10.0.0.0/8"),
                Arguments.of(Cidr.class, "192.0.2.1", "192.0.2.1"),
                Arguments.of(Cidr.class, "fd00::1/128", "fd00::1"),
                Arguments.of(PortRange.class, "3389", "3389"),
                Arguments.of(PortRange.class, "3390-3399", "3390-3399"),
                Arguments.of(PortRange.class, "1-65535", "*"),
                Arguments.of(AccountPattern.class, "alice", "alice"),
                Arguments.of(AccountPattern.class, "LAB\\bob@x", "LAB\\bob@x"),
                Arguments.of(AccountPattern.class, "a@b@EXAMPLE.COM", "a@b@EXAMPLE.COM"),
                Arguments.of(GroupName.class, "LAB\\Domain Users", "LAB\\Domain Users"),
                Arguments.of(SignInMethod.class, "Token", "Token"),
                Arguments.of(TargetPattern.class, "*", "*"),
                Arguments.of(TargetPattern.class, "Host.Example.com.", "host.example.com"),
                Arguments.of(TargetPattern.class, "*.example.com", "*.example.com"),
                Arguments.of(TargetPattern.class, "10.1.0.0/16", "10.1.0.0/16"),
                Arguments.of(TargetPattern.class, "10.1.2.3", "10.1.2.3"),
                Arguments.of(TargetPattern.class, "pc-{user}.{domain}.example.com", "pc-{user}.{domain}.example.com"),
                Arguments.of(ClaimValue.class, "acr=urn:a=b", "acr=urn:a=b"),
                Arguments.of(ClientNamePattern.class, "LAPTOP-*", "LAPTOP-*"),
                Arguments.of(DnsSuffix.class, "Corp.Example.com.", "corp.example.com"),
                Arguments.of(HoursSpan.class, "mon-FRI 08:00-18:00", "Mon,Tue,Wed,Thu,Fri 08:00-18:00"),
                Arguments.of(HoursSpan.class, "Sat-Mon,Wed 22:00-06:30", "Mon,Wed,Sat,Sun 22:00-06:30"),
                Arguments.of(HoursSpan.class, "22:00-24:00", "22:00-24:00"),
                Arguments.of(HoursSpan.class, "00:00-24:00", "00:00-24:00"),
                Arguments.of(TimeZoneName.class, "Europe/Berlin", "Europe/Berlin"),
                Arguments.of(Redirection.class, "clipboard", "clipboard"),
                Arguments.of(MacAddress.class, "00-1A-2b-aa-BB-cc", "00:1a:2b:aa:bb:cc"),
                Arguments.of(WakeAddress.class, "192.168.1.255:9", "192.168.1.255"),
                Arguments.of(WakeAddress.class, "[ff02::1]:7", "[ff02::1]:7"),
                Arguments.of(PersonalHost.class, "pc-{user}.example.com", "pc-{user}.example.com"),
                Arguments.of(PortalAddress.class, "https://Portal.example.com:443/", "https://portal.example.com"),
                Arguments.of(PortalAddress.class, "https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
                Arguments.of(Colour.class, "#0A7d5C", "#0a7d5c"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void whatIsPrintedIsReadAsTheSame(Class<?> type, String text, String printed) {
        Parsed<?> read = TextTypes.parse(type, text);
        assertThat(read).isInstanceOf(Parsed.Valid.class);
        Object value = ((Parsed.Valid<?>) read).value();
        assertThat(value).hasToString(printed);
        assertThat(TextTypes.contains(value.getClass())).isTrue();
        assertThat(TextTypes.parse(type, printed)).isEqualTo(read);
    }

    @Test
    void typesOfTheJdkAreNoneOfThem() {
        assertThat(TextTypes.contains(String.class)).isFalse();
        assertThat(TextTypes.contains(java.time.Duration.class)).isFalse();
        assertThat(TextTypes.contains(GatewayConfig.class)).isFalse();
    }
}
