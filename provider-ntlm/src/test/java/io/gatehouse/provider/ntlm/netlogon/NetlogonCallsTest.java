package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Secret;
import io.gatehouse.api.Token;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.logon.LogonInformation;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.netlogon.rpc.SambaVectors;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Against what Samba's NDR library writes. */
class NetlogonCallsTest {
    private static final byte[] CHALLENGE = {1, 2, 3, 4, 5, 6, 7, 8};
    /** Offset of UserFlags in the recorded answer. */
    private static final int USER_FLAGS = 0x7c;

    private static MachineAccount account() throws Exception {
        return MachineAccount.of(
                TestConfigs.withPassword("Gw1.Machine.Passw0rd"),
                new Domain("ADTEST", Optional.empty(), List.of(), List.of(), List.of()));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void challengeIsWhatSambaWrites() throws Exception {
        assertThat(hex(NetlogonCalls.requestChallenge(account(), CHALLENGE)))
                .isEqualTo(hex(SambaVectors.bytes("challenge-in")));
    }

    @Test
    void authenticationIsWhatSambaWrites() throws Exception {
        assertThat(hex(NetlogonCalls.authenticate(account(), CHALLENGE)))
                .isEqualTo(hex(SambaVectors.bytes("authenticate-in")));
    }

    @Test
    void logonIsWhatSambaWrites() {
        byte[] ntResponse = new byte[51];
        for (int index = 0; index < ntResponse.length; index++) {
            ntResponse[index] = (byte) (0x30 + index);
        }
        NtlmResponse response = new NtlmResponse(
                "ümläut",
                "ADTEST",
                Token.of(CHALLENGE),
                new NtlmV2Response(
                        Token.of(Arrays.copyOf(ntResponse, 16)),
                        Token.of(Arrays.copyOfRange(ntResponse, 16, 51)),
                        false,
                        Optional.empty(),
                        Optional.empty()));

        assertThat(hex(NetlogonCalls.logon("GW1", response))).isEqualTo(hex(SambaVectors.bytes("logon-in")));
    }

    @Test
    void answerTellsWhoItIs() throws Exception {
        NetlogonCalls.Logon logon = NetlogonCalls.logon(SambaVectors.bytes("logon-out"));

        assertThat(logon.status().isSuccess()).isTrue();
        LogonInformation info = logon.info().orElseThrow();
        assertThat(info.user()).isEqualTo("alice");
        assertThat(info.domain()).isEqualTo("ADTEST");
        assertThat(info.dnsDomain()).isEqualTo("ad.test");
        assertThat(info.upn()).isEqualTo("alice@ad.test");
        assertThat(info.userSid()).hasToString("S-1-5-21-1-2-3-1103");
        assertThat(info.sessionKey()).isEqualTo(Secret.of(HexFormat.of().parseHex("0102030405060708090a0b0c0d0e0f10")));
        assertThat(info.isGuest()).isFalse();
        assertThat(info.isLanManager()).isFalse();
    }

    /** 1112 is for deny only, 1113 is not enabled, and so is the last extra SID. */
    @Test
    void onlyGroupsThatCountAreTaken() throws Exception {
        assertThat(NetlogonCalls.logon(SambaVectors.bytes("logon-out"))
                        .info()
                        .orElseThrow()
                        .groupSids())
                .extracting(Sid::toString)
                .containsExactlyInAnyOrder(
                        "S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1111", "S-1-5-21-9-8-7-1200", "S-1-18-1");
    }

    @Test
    void thePrimaryGroupCountsUnlessItIsListedAsOneThatDoesNot() throws Exception {
        String listed = "0102000007000000";
        String logon = hex(SambaVectors.bytes("logon-out"));
        assertThat(logon).containsOnlyOnce(listed);

        assertThat(groupsOf(logon.replace(listed, "5a04000007000000")))
                .contains("S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-1114");
        assertThat(groupsOf(logon.replace(listed, "0102000017000000"))).doesNotContain("S-1-5-21-1-2-3-513");
    }

    private static List<String> groupsOf(String logon) throws Exception {
        return NetlogonCalls.logon(HexFormat.of().parseHex(logon)).info().orElseThrow().groupSids().stream()
                .map(Sid::toString)
                .toList();
    }

    @Test
    void flagsOfGuestAndLanManagerAreSeen() throws Exception {
        byte[] guest = SambaVectors.bytes("logon-out");
        assertThat(guest[USER_FLAGS]).isEqualTo((byte) 0x20);
        guest[USER_FLAGS] |= 1;
        byte[] lanManager = SambaVectors.bytes("logon-out");
        lanManager[USER_FLAGS] |= 8;

        assertThat(NetlogonCalls.logon(guest).info().orElseThrow().isGuest()).isTrue();
        assertThat(NetlogonCalls.logon(lanManager).info().orElseThrow().isLanManager())
                .isTrue();
    }

    @Test
    void guestIsAGuestWhateverTheFlagsSay() {
        Sid guest = new Sid(5, List.of(21L, 1L, 2L, 3L, 501L));
        LogonInformation info =
                new LogonInformation("Guest", "ADTEST", "", "", guest, Set.of(), Secret.of(new byte[16]), 0);

        assertThat(info.isGuest()).isTrue();
    }

    @Test
    void userWithoutARidIsTheFirstExtraSid() throws Exception {
        byte[] bytes = SambaVectors.bytes("logon-out");
        int userRid = 0x6c;
        assertThat(bytes[userRid]).isEqualTo((byte) 0x4f);
        bytes[userRid] = 0;
        bytes[userRid + 1] = 0;

        LogonInformation info = NetlogonCalls.logon(bytes).info().orElseThrow();

        assertThat(info.userSid()).hasToString("S-1-5-21-9-8-7-1200");
        assertThat(info.groupSids())
                .extracting(Sid::toString)
                .contains("S-1-18-1")
                .doesNotContain("S-1-5-21-9-8-7-1200");
    }

    @Test
    void refusalHasNoInformation() throws Exception {
        NetlogonCalls.Logon logon =
                NetlogonCalls.logon(HexFormat.of().parseHex("0600000000000000" + "01000000" + "00000000" + "6a0000c0"));

        assertThat(logon.status().text()).isEqualTo("wrong password (0xc000006a)");
        assertThat(logon.info()).isEmpty();
    }

    @Test
    void successWithoutInformationIsMalformed() {
        byte[] bytes = HexFormat.of().parseHex("0600000000000000" + "01000000" + "00000000" + "00000000");

        assertThatThrownBy(() -> NetlogonCalls.logon(bytes)).hasMessage("success without validation information");
    }

    @Test
    void otherValidationLevelsAreMalformed() {
        byte[] bytes = SambaVectors.bytes("logon-out");
        bytes[0] = 3;

        assertThatThrownBy(() -> NetlogonCalls.logon(bytes)).hasMessage("validation of level 3 (expected 6)");
    }

    @Test
    void everyTruncationIsMalformed() {
        byte[] whole = SambaVectors.bytes("logon-out");
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> NetlogonCalls.logon(part))
                    .as("%d bytes", length)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void strongChannelsHaveAesAndSealing() {
        assertThat(new NetlogonCalls.Authentication(Token.of(CHALLENGE), 0x612fffff, NtStatus.of(0)).isStrong())
                .isTrue();
        assertThat(new NetlogonCalls.Authentication(Token.of(CHALLENGE), 0x602fffff, NtStatus.of(0)).isStrong())
                .isFalse();
        assertThat(new NetlogonCalls.Authentication(Token.of(CHALLENGE), 0x212fffff, NtStatus.of(0)).isStrong())
                .isFalse();
    }
}
