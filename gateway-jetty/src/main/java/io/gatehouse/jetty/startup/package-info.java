/** Why a gateway cannot start, for administrators, and which servers it believes. Knows no other room. */
@NullMarked
package io.gatehouse.jetty.startup;

import org.jspecify.annotations.NullMarked;
