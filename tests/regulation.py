"""A small regulation of an invented town, in the form that acts have: written for these tests."""

LAMPS = """\
REGULATION 2031/7 OF THE TOWN OF HALMERE

of 4 March 2031

on street lamps and the dark (Lamp Regulation)

THE COUNCIL OF HALMERE,

Having regard to the Charter of the Town, and in particular Article 12 thereof,

Whereas:

(1)

Lamps that burn all night disturb sleepers, moths and stargazers alike.

(2)

A town without any lamp is dangerous where:

(a)

the quay has no railing; or

(b)

carts turn at night.

(3)

The rules of Article 4(2) should therefore be applied with regard to the hour.

HAS ADOPTED THIS REGULATION:

CHAPTER I

GENERAL PROVISIONS

Article 1

Subject matter

This Regulation lays down rules on the lighting of streets.

Article 2

Definitions

For the purposes of this Regulation, the following definitions apply:

(1)

‘lamp’ means a device that is made to shed light on a street;

(2)

‘dark hours’ means the hours from eleven at night to five in the morning.

CHAPTER II

DUTIES

SECTION 1

Owners

Article 3

Forbidden lamps

1.   The following lamps are forbidden:

(a)

lamps that flicker;

(b)

lamps that shine upwards, unless:

(i)

they stand on the quay; or

(ii)

the harbour master has allowed them in writing;

(c)

lamps of more than ninety candles.

Point (b) of the first subparagraph is without prejudice to the rights of the lighthouse.

2.   Owners take forbidden lamps down within thirty days.

Article 4

Hours

1.   Lamps are lit at dusk.

2.   In the dark hours every second lamp is put out.

SECTION 2

Supervision

Article 5

The lamp warden

The warden walks the streets twice a week and reports under Article 3(1)(b).

ANNEX I

Streets exempted under Article 4(2)

1.

Quay Street, for its whole length.

2.

Mill Lane:

(a)

from the bridge to the mill;

(b)

the mill yard.

ANNEX II

Forms

Section A

Report of the warden

1.

Name of the street.

Section B

Notice to the owner

1.

Name of the owner.
"""

ORDINANCE = """\
# Ordinance on Boats

### Article 1 – Scope

This ordinance applies to boats.

### Article 2. Moorings

1. Boats are moored at the quay.
2. Boats are not moored
   - (a) under the bridge;
   - (b) at the mill, except
     - (i) on market days;
     - (ii) in a flood.
3. The harbour master keeps the list.

## Schedule 1: Fees

1. A rowing boat pays two marks.
2. A barge pays nine marks.
"""
"""The same in Markdown, its lists indented."""
