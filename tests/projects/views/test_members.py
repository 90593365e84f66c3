from testmgmt.projects.models import Membership

MEMBERS = "/projects/SHOP/settings/members/"


def test_adds_somebody_and_takes_them_out_again(page_of, ada, sam):
    page = page_of(ada)

    page.post(MEMBERS, {"username": "sam", "role": "lead"})
    assert Membership.objects.get(user=sam).role == "lead"

    page.post(f"{MEMBERS}sam/remove/")
    assert not Membership.objects.filter(user=sam).exists()


def test_puts_an_unknown_name_at_its_field(page_of, ada):
    answer = page_of(ada).post(MEMBERS, {"username": "nobody", "role": "lead"})

    assert answer.status_code == 422
    assert "username" in answer.context["form"].errors


def test_shows_why_the_last_administrator_stays(page_of, ada):
    answer = page_of(ada).post(f"{MEMBERS}ada/remove/")

    assert answer.status_code == 409
    assert "at least one administrator" in answer.content.decode()


def test_costs_few_statements(page_of, ada, tom, vera, django_assert_max_num_queries):
    page = page_of(ada)

    with django_assert_max_num_queries(12):
        assert page.get(MEMBERS).status_code == 200
