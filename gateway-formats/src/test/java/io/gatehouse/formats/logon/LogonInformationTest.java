package io.gatehouse.formats.logon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.ndr.NdrReader;
import io.gatehouse.formats.ndr.NdrWriter;
import io.gatehouse.formats.sid.Sid;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The same logon, once as a ticket and once as a controller's answer says it. */
class LogonInformationTest {
    private static final int COUNTS = 0x7;
    private static final int DENY_ONLY = 0x10;
    private static final Sid DOMAIN = Sid.parse("S-1-5-21-1-2-3").orElseThrow();

    private String user = "alice";
    private String fullName = "Alice";
    private int userRid = 1104;
    private int primaryGroup = 513;
    private boolean hasDomainSid = true;
    private final List<int[]> groups = new ArrayList<>();
    private final List<Sid> extra = new ArrayList<>();

    private LogonInformation fromTicket() throws MalformedException {
        NdrWriter writer = new NdrWriter();
        fixed(writer);
        writer.nullPointer(); // ResourceGroupDomainSid
        writer.u32(0);
        writer.nullPointer();
        referents(writer);
        return LogonInformation.readValidationInfo(new NdrReader(writer.toByteArray()));
    }

    private LogonInformation fromController() throws MalformedException {
        NdrWriter writer = new NdrWriter();
        fixed(writer);
        writer.unicodeString("corp.test");
        writer.unicodeString("alice@corp.test");
        for (int index = 0; index < 10; index++) {
            absent(writer);
        }
        referents(writer);
        writer.characters("corp.test");
        writer.align(4);
        writer.characters("alice@corp.test");
        return LogonInformation.readSamInfo4(new NdrReader(writer.toByteArray()));
    }

    private void fixed(NdrWriter writer) {
        writer.zeros(48);
        writer.unicodeString(user);
        writer.unicodeString(fullName);
        for (int index = 0; index < 4; index++) {
            absent(writer);
        }
        writer.u32(0); // LogonCount, BadPasswordCount
        writer.u32(userRid);
        writer.u32(primaryGroup);
        writer.u32(groups.size());
        writer.pointer();
        writer.u32(0x20); // UserFlags
        writer.zeros(16);
        absent(writer); // LogonServer
        writer.unicodeString("CORP");
        if (hasDomainSid) {
            writer.pointer();
        } else {
            writer.nullPointer();
        }
        writer.zeros(40);
        writer.u32(extra.size());
        writer.pointer();
    }

    private static void absent(NdrWriter writer) {
        writer.u32(0);
        writer.nullPointer();
    }

    private void referents(NdrWriter writer) {
        writer.characters(user);
        writer.characters(fullName);
        writer.u32(groups.size());
        groups.forEach(group -> {
            writer.u32(group[0]);
            writer.u32(group[1]);
        });
        writer.characters("CORP");
        if (hasDomainSid) {
            writer.sid(DOMAIN);
        }
        writer.u32(extra.size());
        extra.forEach(_ -> {
            writer.pointer();
            writer.u32(COUNTS);
        });
        extra.forEach(writer::sid);
    }

    private void assertGroups(Integer... rids) throws Exception {
        Set<String> expected = new java.util.HashSet<>();
        for (int rid : rids) {
            expected.add("S-1-5-21-1-2-3-" + rid);
        }
        assertThat(fromTicket().groupSids()).extracting(Sid::toString).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(fromController().groupSids())
                .extracting(Sid::toString)
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void ticketAndControllerNameTheSameUser() throws Exception {
        for (LogonInformation each : List.of(fromTicket(), fromController())) {
            assertThat(each.user()).isEqualTo("alice");
            assertThat(each.domain()).isEqualTo("CORP");
            assertThat(each.userSid()).hasToString("S-1-5-21-1-2-3-1104");
            assertThat(each.isGuest()).isFalse();
        }
        assertThat(fromController().upn()).isEqualTo("alice@corp.test");
        assertThat(fromController().dnsDomain()).isEqualTo("corp.test");
    }

    @Test
    void thePrimaryGroupCountsThoughItIsNotListed() throws Exception {
        assertGroups(513);
        groups.add(new int[] {1111, COUNTS});
        assertGroups(513, 1111);
        primaryGroup = 0;
        assertGroups(1111);
    }

    @Test
    void aPrimaryGroupThatIsListedCountsAsItsAttributesSay() throws Exception {
        groups.add(new int[] {513, COUNTS});
        assertGroups(513);
        groups.set(0, new int[] {513, DENY_ONLY | COUNTS});
        assertGroups();
        groups.set(0, new int[] {513, 0x3});
        assertGroups();
    }

    @Test
    void aUserWithoutARidIsTheFirstExtraSidAndNoGroupOfItsOwn() throws Exception {
        userRid = 0;
        extra.add(Sid.parse("S-1-5-21-9-9-9-1700").orElseThrow());
        extra.add(Sid.parse("S-1-5-32-545").orElseThrow());
        for (LogonInformation each : List.of(fromTicket(), fromController())) {
            assertThat(each.userSid()).hasToString("S-1-5-21-9-9-9-1700");
            assertThat(each.groupSids())
                    .extracting(Sid::toString)
                    .containsExactlyInAnyOrder("S-1-5-21-1-2-3-513", "S-1-5-32-545");
        }
    }

    /** Not even when there are groups, of which the first must not be taken for the user. */
    @Test
    void aLogonWithoutTheSidOfTheUserIsMalformed() {
        userRid = 0;
        groups.add(new int[] {513, COUNTS});
        assertThatThrownBy(this::fromTicket).hasMessage("no sid of the user");
        assertThatThrownBy(this::fromController).hasMessage("no sid of the user");
    }

    @Test
    void groupsOfAnUnknownDomainAreMalformed() {
        hasDomainSid = false;
        groups.add(new int[] {513, COUNTS});
        assertThatThrownBy(this::fromTicket).hasMessage("groups without the sid of their domain");
        assertThatThrownBy(this::fromController).hasMessage("logon without a name, a domain or its sid");
    }

    /** What is shown must be printable; the full name is not read at all, and may hold what people write. */
    @Test
    void onlyNamesThatAreUsedMustBePrintable() throws Exception {
        fullName = "نام\u200cخانوادگی";
        assertThat(fromTicket().user()).isEqualTo("alice");
        assertThat(fromController().user()).isEqualTo("alice");
        user = "al\u202eice";
        assertThatThrownBy(this::fromTicket).hasMessage("text with control characters");
        assertThatThrownBy(this::fromController).hasMessage("text with control characters");
    }
}
