package io.gatehouse.provider.ntlm.winbind;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected texts are those of Samba 4.17. */
class WbinfoOutputTest {
    @Test
    void domainInfoHasItsNames() {
        assertThat(WbinfoOutput.domainInfo("""
                        Name              : ADTEST
                        Alt_Name          : ad.test
                        SID               : S-1-5-21-4000880317-3252082031-203106669
                        Active Directory  : Yes
                        Native            : Yes
                        Primary           : Yes
                        """))
                .contains(new WbinfoOutput.DomainInfo("ADTEST", "ad.test", "S-1-5-21-4000880317-3252082031-203106669"));
        assertThat(WbinfoOutput.domainInfo("Name : OLD\nAlt_Name : \nSID : S-1-5-21-1-2-3\n"))
                .contains(new WbinfoOutput.DomainInfo("OLD", "", "S-1-5-21-1-2-3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Name : A\nAlt_Name : a\n",
                "Name : A\nAlt_Name : a\nSID : S-1-5-21-x\n",
                "Name : A\nName : B\nAlt_Name : a\nSID : S-1-5-21-1\n",
                "Name : A\nAlt_Name : a\nSID : S-1-5-21-1\nsurprise\n"
            })
    void brokenDomainInfoIsNone(String output) {
        assertThat(WbinfoOutput.domainInfo(output)).isEmpty();
    }

    @Test
    void namesMeanSids() {
        assertThat(WbinfoOutput.sidOfName("S-1-5-21-1-2-3-1103 SID_USER (1)\n"))
                .contains(new WbinfoOutput.TypedSid("S-1-5-21-1-2-3-1103", 1));
        assertThat(WbinfoOutput.sidOfName("S-1-5-21-1-2-3-1103 SID_USER (1)\nS-1-5-21-1-2-3-1104 SID_USER (1)\n"))
                .isEmpty();
        assertThat(WbinfoOutput.sidOfName("S-1-5-21-1-2-3- SID_USER (1)\n")).isEmpty();
        assertThat(WbinfoOutput.sidOfName("")).isEmpty();
    }

    @Test
    void sidsHaveNamesWithSpacesAndLetters() {
        assertThat(WbinfoOutput.nameOfSid("ADTEST\\RDP Ümläut Users 2\n", '\\'))
                .contains(new WbinfoOutput.Name("ADTEST", "RDP Ümläut Users", 2));
        assertThat(WbinfoOutput.nameOfSid("ADTEST+alice 1\n", '+'))
                .contains(new WbinfoOutput.Name("ADTEST", "alice", 1));
        assertThat(WbinfoOutput.nameOfSid("alice 1\n", '\\')).isEmpty();
        assertThat(WbinfoOutput.nameOfSid("ADTEST\\\u202Eecila 1\n", '\\')).isEmpty();
    }

    @Test
    void namesOfManySidsStandInTheOrderOfTheQuestion() {
        String output = "S-1-5-21-1-2-3-513 -> <none>\\Domain Users 2\nS-1-5-21-1-2-3-9 -> <none>\\0001869F 8\n";
        assertThat(WbinfoOutput.namesOfSids(output, List.of("S-1-5-21-1-2-3-513", "S-1-5-21-1-2-3-9"), '\\'))
                .contains(Map.of(
                        "S-1-5-21-1-2-3-513", new WbinfoOutput.Name("<none>", "Domain Users", 2),
                        "S-1-5-21-1-2-3-9", new WbinfoOutput.Name("<none>", "0001869F", 8)));
        assertThat(WbinfoOutput.namesOfSids(output, List.of("S-1-5-21-1-2-3-9", "S-1-5-21-1-2-3-513"), '\\'))
                .isEmpty();
        assertThat(WbinfoOutput.namesOfSids(output, List.of("S-1-5-21-1-2-3-513"), '\\'))
                .isEmpty();
    }

    @Test
    void aNameCannotPretendToBeAnotherLine() {
        String output = "S-1-5-21-1-2-3-9 -> X\\a 2\nS-1-5-21-1-2-3-512 -> X\\Domain Admins 2\n";
        assertThat(WbinfoOutput.namesOfSids(output, List.of("S-1-5-21-1-2-3-9"), '\\'))
                .isEmpty();
    }

    @Test
    void aGroupCannotLookLikeOneOfAnotherDomain() {
        assertThat(WbinfoOutput.namesOfSids(
                        "S-1-5-21-1-2-3-9 -> ADTEST+OTHER\\Admins 2\n", List.of("S-1-5-21-1-2-3-9"), '+'))
                .contains(Map.of());
    }

    @Test
    void groupsAreSidsLineByLine() {
        assertThat(WbinfoOutput.sids("S-1-5-21-1-2-3-4\nS-1-5-32-545\n"))
                .contains(List.of("S-1-5-21-1-2-3-4", "S-1-5-32-545"));
        assertThat(WbinfoOutput.sids("S-1-5-21-1-2-3-4\n\n")).isEmpty();
        assertThat(WbinfoOutput.sids("")).isEmpty();
        assertThat(WbinfoOutput.sids("S-1-5-21-1-2-3-4 ")).isEmpty();
    }

    @Test
    void separatorsAreOneCharacter() {
        assertThat(WbinfoOutput.separator("\\\n")).contains('\\');
        assertThat(WbinfoOutput.separator("ab\n")).isEmpty();
        assertThat(WbinfoOutput.separator("a\n")).isEmpty();
    }
}
