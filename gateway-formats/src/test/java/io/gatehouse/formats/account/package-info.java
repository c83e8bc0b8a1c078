@NullMarked
package io.gatehouse.formats.account;

import org.jspecify.annotations.NullMarked;
